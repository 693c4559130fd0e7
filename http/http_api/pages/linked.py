"""Texts that people wrote, with the web addresses in them as links and everything else as text."""

import re

from jinja2.utils import urlize
from markupsafe import Markup, escape

REL = "noopener noreferrer nofollow"
_SPACES = re.compile(r"(\s+)")
_ADDRESS = re.compile(r"""[(<\["']*https?://[^\s/]""")


def linked(text: str) -> Markup:
    """A text for a page: only whole words that begin as a web address become links."""
    return Markup("").join(
        Markup(urlize(word, rel=REL)) if _ADDRESS.match(word) else escape(word)  # noqa: S704 - escapes
        for word in _SPACES.split(text)
    )
