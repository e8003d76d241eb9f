"""Who said what in news stories: one Django app, in layers."""
