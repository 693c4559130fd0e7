"""Keeping Python's search for cycles out of the way of folding."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_search_for_cycles() -> Iterator[None]:
    """Folding makes millions of small objects and no cycles; searching for some doubles its time.

    Memory is freed as ever, by counting references. For the whole process, so for short stretches.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def search_seldom() -> None:
    """For a process that holds many objects for long: look at all of them only now and then."""
    gc.set_threshold(100_000, 50, 100)
