"""What managers read of a desk: figures, computed from what they may see. No writes."""
