"""What the desk promises, what backs each promise, and a program that runs it all and prints a dated table."""
