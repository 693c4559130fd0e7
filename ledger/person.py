"""A person as the partnership knows them."""

import msgspec


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A person as the partnership knows them. Events hold the ``id`` and nothing else."""

    id: str
    name: str
    email: str
    partner: str = ""
