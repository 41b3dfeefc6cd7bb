"""Rules about transitions, variables and error handlers (2xx)."""
