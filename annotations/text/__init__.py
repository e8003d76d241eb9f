"""What can be said of a story from its characters alone. Standard library only; every offset is a code point."""
