"""The Amazon States Language: machines, scopes, states, transitions."""
