"""Data flow: the data that certainly reaches each state of a machine."""
