"""Joins state machines with the roles that they use."""
