"""How many bytes the body of a request may have.

A body is read whole before its handler begins, while nobody else is answered: each address takes
as much as the largest body that is meant for it, and no more.
"""

SMALL_BODY_BYTES = 20_000  # a name and some passwords, or a person: what strangers send, too
MOST_BODY_BYTES = 1_000_000  # wherever nothing else is said
# Ten thousand entries or changes, or a pasted table of a million letters.
LARGE_BODY_BYTES = 5_000_000
