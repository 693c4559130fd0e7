"""The journeys share one service; each has an indicator of its own in it."""

from services import demo_service, made_demonstration, service
from signing import signing

__all__ = ["demo_service", "made_demonstration", "service", "signing"]
