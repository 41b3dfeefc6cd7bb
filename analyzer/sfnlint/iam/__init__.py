"""Symbolic IAM evaluation: a library of its own. It knows policies, not machines."""
