"""The rules a partnership can change: pure functions of facts and settings, at the bottom.

Nothing here reads a clock, a file or a database, or makes an id; every time and date comes in as
an argument. A rule answers with what it decided, and where a person may ask why, with the steps
that led there. A rule that must say no raises one of the refusals.
"""
