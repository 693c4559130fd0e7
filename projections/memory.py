"""How a process that keeps folds for long searches its memory."""

import gc


def search_seldom() -> None:
    """For a process that holds many objects for long: look at all of them only now and then."""
    gc.set_threshold(100_000, 50, 100)
