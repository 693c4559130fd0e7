"""Rehearsing an amendment: all recorded history judged again with what it proposes."""
