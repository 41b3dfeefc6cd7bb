"""Rules about the resources of Task states (3xx)."""
