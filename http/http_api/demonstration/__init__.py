"""The demonstration: a believable agreement on real published figures, and its story over time."""
