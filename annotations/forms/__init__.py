"""The shape of what people type. Forms check; services write."""
