"""Structured logs: one JSON line an event, on standard error."""

import logging
import sys
from typing import Any

import structlog
from structlog.stdlib import ProcessorFormatter

_OURS_AND_OTHERS: list[Any] = [  # what every line says, whoever logs it
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]
_LINE = structlog.processors.JSONRenderer()


def configure(*, libraries: bool = True) -> None:
    """Set up the logs of a process.

    ``libraries``: what those warn of is a line like any other. Without, as for a person at a
    command, it is not told: what matters of it ends the command with a sentence.
    """
    structlog.configure(
        processors=[*_OURS_AND_OTHERS, _LINE],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = _told() if libraries else logging.NullHandler()
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def _told() -> logging.Handler:
    """Writes what libraries log by the standard module as our own lines are."""
    handler = logging.StreamHandler(sys.stderr)
    others = [structlog.stdlib.add_logger_name, *_OURS_AND_OTHERS]
    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=others, processors=[ProcessorFormatter.remove_processors_meta, _LINE]
        )
    )
    return handler
