"""Keeping Python's search for cycles out of the way where very many objects are made."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_search_for_cycles() -> Iterator[None]:
    """Rows and entries are millions of small objects without a cycle; searching them for some
    takes a quarter of the time of a load.

    Memory is freed as ever, by counting references. For the whole process, so for short stretches.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
