"""Rules about files that cannot be read, or not completely (0xx)."""
