"""Every way to say no to a question about other areas.

Entered in the catalogue of refusals as that of all others is imported.
"""

from policies.refusing import Refusal


class UnknownComparatorGroup(Refusal):
    """The agreement names no group of areas with this code to compare with."""

    code = "unknown-comparator-group"
