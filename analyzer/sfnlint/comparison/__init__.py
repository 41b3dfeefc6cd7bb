"""Compares two versions of state machines and their roles: `sfn-lint diff`."""
