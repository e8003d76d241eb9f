"""Tests of newsnotes."""
