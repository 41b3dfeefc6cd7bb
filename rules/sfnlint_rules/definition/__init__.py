"""Rules about the fields of a definition (1xx)."""
