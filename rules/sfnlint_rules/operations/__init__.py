"""Rules about callbacks, timeouts and logging (7xx)."""
