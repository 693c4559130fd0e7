"""How often people tried what their duties forbid, so that nobody fills the record with it."""

from collections import deque
from math import ceil
from threading import Lock
from time import monotonic

from policies.refusals_roles import TooManyRefused

MOST_REFUSED = 30
WITHIN_SECONDS = 60.0
MOST_PEOPLE = 10_000  # remembered; who is beyond is forgotten with all others


class RefusedLately:
    """The refused duties of people within the last minute, in this process.

    The first ones are events, as every refused duty is; what comes after them says nothing new.
    """

    def __init__(self, most: int = MOST_REFUSED) -> None:
        self.most = most
        self._when: dict[str, deque[float]] = {}  # by person; guarded by _lock
        self._lock = Lock()

    def check(self, person: str) -> None:
        """Refuse to record another. Raises TooManyRefused."""
        since = monotonic() - WITHIN_SECONDS
        with self._lock:
            when = self._when.get(person)
            while when and when[0] <= since:
                when.popleft()
            if when is not None and len(when) >= self.most:
                raise TooManyRefused(again_in=ceil(when[-self.most] - since))

    def note(self, person: str) -> None:
        """Remember that one was recorded."""
        with self._lock:
            if len(self._when) >= MOST_PEOPLE and person not in self._when:
                self._when.clear()
            self._when.setdefault(person, deque()).append(monotonic())
