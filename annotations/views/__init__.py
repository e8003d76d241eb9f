"""Pages and fragments: load and authorise, validate, call one service, render."""
