"""Rehearsals: all recorded history judged with a proposal, before anybody decides on it."""
