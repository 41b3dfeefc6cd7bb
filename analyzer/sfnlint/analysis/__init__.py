"""Joins state machines with their roles: permission checks, gaps, merged findings."""
