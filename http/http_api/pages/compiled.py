"""Templates that were compiled once, kept beside Python's own compiled modules.

People wait for the first look at a page, and every start of a service for the library's macros.
"""

import sys
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import jinja2
from jinja2.bccache import Bucket

HERE = Path(__file__).parent
# What a template becomes also depends on the options it is read with, which stand in this file.
OPTIONS = HERE / "render.py"


class Compiled(jinja2.FileSystemBytecodeCache):
    """Like Python's own: where nothing can be written, templates are compiled each time."""

    def __init__(self) -> None:
        read_with = sha256(jinja2.__version__.encode() + OPTIONS.read_bytes()).hexdigest()
        super().__init__(str(HERE / "__pycache__"), f"template-{read_with[:12]}-%s.cache")

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled, if it may be kept."""
        if not sys.dont_write_bytecode:
            with suppress(OSError):
                super().dump_bytecode(bucket)
