"""A set-up of two partners, and of the people who go from one to the other."""

PARTS = """
[agreement]
code = "pact"
title = "A pact"
start = 2022-04-01
end = 2030-03-31
accountable_body = "County"
areas = ["E10000031"]

[[partners]]
code = "county"
name = "County"
kind = "county-council"

[[partners]]
code = "trust"
name = "Trust"
kind = "health-trust"

[[blocks]]
code = "homes"
title = "Homes"

[[blocks]]
code = "work"
title = "Work"
"""


def person(id: str, partner: str) -> str:  # noqa: A002 - what it is called everywhere
    named = f'id = "{id}"\nname = "{id}"\nemail = "{id}@x.example"'
    return f'\n[[people]]\n{named}\npartner = "{partner}"\n'


def role(id: str, role: str, scope: str) -> str:  # noqa: A002
    return f'\n[[roles]]\nperson = "{id}"\nrole = "{role}"\nscope = "{scope}"\n'
