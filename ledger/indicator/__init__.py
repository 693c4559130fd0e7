"""The stream of one indicator of an agreement: its definition, targets, values and sign-offs."""
