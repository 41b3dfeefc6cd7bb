"""Generates policies from what state machines need: `sfn-lint policy`."""
