"""Measurements. Each figure in docs/performance.md stands beside the command of this folder that gives it."""
