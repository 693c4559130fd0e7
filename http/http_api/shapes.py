"""The shape of every status, of every reason for having none, and the signs of travel.

One drawing serves the tag beside its word and the point in a chart.
"""

import msgspec


class Shape(msgspec.Struct, frozen=True):
    """A drawing in the square from −1 to 1. ``colour`` is an extra, never the only sign.

    A status is a solid shape; a reason for having none has no colour and is drawn in outline.
    """

    path: str
    colour: str = ""


_RING = "M-0.85,0A0.85,0.85 0 1 1 0.85,0A0.85,0.85 0 1 1 -0.85,0Z"
_BOX = "M-0.8,-0.8H0.8V0.8H-0.8Z"
_PENCIL = "M-0.5,0.4L-0.35,-0.05L0.45,-0.85L0.75,-0.55L-0.05,0.25Z"

# In the order a board reads them: statuses best first, then the reasons for having none.
SHAPES: dict[str, Shape] = {
    "exceeding": Shape("M0,-0.95L1,0.8H-1Z", "#1d70b8"),
    "green": Shape("M-0.9,0A0.9,0.9 0 1 1 0.9,0A0.9,0.9 0 1 1 -0.9,0Z", "#0f7a52"),
    "amber": Shape("M0,-1L1,0L0,1L-1,0Z", "#f47738"),
    "red": Shape("M-0.85,-0.85H0.85V0.85H-0.85Z", "#ca3535"),
    "overdue": Shape(f"{_RING}M0,-0.5V0.12M0,0.38V0.46"),
    "awaited": Shape(f"{_RING}M0,-0.5V0.05L0.38,0.3"),
    "not-due": Shape(_RING),
    "unsigned": Shape(f"M-0.9,0.85H0.9{_PENCIL}"),
    "no-target": Shape(f"{_RING}M-0.6,0.6L0.6,-0.6"),
    "not-judgeable": Shape("M-0.5,-0.4A0.5,0.45 0 1 1 0.15,0.02Q0,0.1 0,0.35M0,0.7V0.78"),
    "suppressed": Shape(f"{_BOX}M-0.8,0L0,-0.8M-0.8,0.8L0.8,-0.8M0,0.8L0.8,0"),
    "not-applicable": Shape("M-0.75,0H0.75"),
    "contextual": Shape("M-0.7,0.8V0.1M0,0.8V-0.8M0.7,0.8V-0.3"),
    "placeholder": Shape(
        "M-0.8,-0.3V-0.8H-0.3M0.3,-0.8H0.8V-0.3M0.8,0.3V0.8H0.3M-0.3,0.8H-0.8V0.3"
    ),
    "retired": Shape("M-0.7,-0.7L0.7,0.7M0.7,-0.7L-0.7,0.7"),
}
# How far a value has come that is there: what has not come is not due, awaited or overdue.
COLLECTED: dict[str, Shape] = {
    "returned": Shape("M0.75,0.75V0.1Q0.75,-0.3 0.3,-0.3H-0.75M-0.3,-0.75L-0.75,-0.3L-0.3,0.15"),
    "provisional": Shape(f"{_RING}M-0.85,0H0.85"),
    "final": Shape("M-0.8,0.05L-0.25,0.6L0.8,-0.6"),
    "signed-off": Shape(f"{_RING}M-0.42,0.02L-0.1,0.36L0.45,-0.34"),
    "missing": Shape(f"{_BOX}M-0.35,0H0.35"),
}
# Stages of escalation: as many solid steps; without a stage all three in outline.
_STEPS = ("M-0.95,0.9V0.3H-0.4V0.9Z", "M-0.27,0.9V-0.3H0.28V0.9Z", "M0.4,0.9V-0.9H0.95V0.9Z")
STAGES: dict[int, Shape] = {
    0: Shape("".join(_STEPS)),
    **{stage: Shape("".join(_STEPS[:stage]), "#0b0c0c") for stage in (1, 2, 3)},
}
# Better is a tick and worse an exclamation mark: a figure may fall to improve, so that an arrow
# would point the other way. Where neither is better an arrow points as the figure went.
TRAVELS: dict[str, Shape] = {
    "improving": Shape("M-0.8,0.05L-0.25,0.6L0.8,-0.6"),
    "worsening": Shape("M0,-0.9V0.3M0,0.6V0.9"),
    "no-change": Shape("M-0.9,0H0.85M0.2,-0.65L0.85,0L0.2,0.65"),
    "increasing": Shape("M-0.65,0.65L0.6,-0.6M-0.3,-0.6H0.6V0.3"),
    "decreasing": Shape("M-0.65,-0.65L0.6,0.6M-0.3,0.6H0.6V-0.3"),
    "none": Shape("M-0.6,0H0.6"),
}
