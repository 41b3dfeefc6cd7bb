"""Rules about permissions that a role lacks (4xx)."""
