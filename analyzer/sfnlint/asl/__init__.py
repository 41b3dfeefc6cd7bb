"""The Amazon States Language: the model of a state machine, its schema, and its expressions."""
