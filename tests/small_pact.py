"""The parts that a set-up file of a small agreement has before any indicator."""

PARTS = """
[agreement]
code = "pact"
title = "A pact"
start = 2022-04-01
end = 2030-03-31
accountable_body = "County"
calendar = "financial"
areas = ["E10000031", "E07000218"]

[[partners]]
code = "county"
name = "County"
kind = "county-council"

[[blocks]]
code = "people"
title = "People"

[[outcomes]]
code = "homes"
title = "Homes"
block = "people"
lead = "county"
"""
