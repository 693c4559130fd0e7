"""What a mapping file could do about a row, as the end of a sentence: said of files alone.

Rows that are typed or pasted by hand are judged as those of a file, and have no mapping.
"""

import re

_BEGINS = "; a mapping file can "
_ADVICE = re.compile(f"{_BEGINS}[^.]*")


def mapping_can(do: str) -> str:
    """The end of a sentence, before its stop; ``do`` has no stop in it."""
    return f"{_BEGINS}{do}"


def without_mapping(detail: str) -> str:
    """The sentences of a row without what a mapping file could do."""
    return _ADVICE.sub("", detail)
