"""Rules about permissions that a role does not need (5xx)."""
