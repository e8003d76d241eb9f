"""Django's SQLite, with a line in which the writers of one process wait for their turn."""
