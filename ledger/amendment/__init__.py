"""The stream of one amendment: targets, definitions and rules that move only in the open."""
