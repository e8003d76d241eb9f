"""Which stories belong together, and on which side of a split they come. No Django here."""
