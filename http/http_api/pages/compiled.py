"""Templates that were compiled once, kept beside Python's own compiled modules.

People wait for the first look at a page, and every start of a service for the library's macros.
Like a module's, what is kept can be read by whoever runs the service, whoever ran it first.
"""

import os
import sys
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import jinja2
from jinja2.bccache import Bucket

READABLE = 0o644
HERE = Path(__file__).parent
# What a template becomes also depends on the options it is read with, and on what its filters make
# of constants: they stand in these files.
OPTIONS = tuple(HERE / name for name in ("render.py", "words.py", "vocabulary.py", "linked.py"))


class Compiled(jinja2.FileSystemBytecodeCache):
    """Like Python's own: where nothing can be written or read, templates are compiled each time."""

    def __init__(self) -> None:
        parts = (jinja2.__version__.encode(), *(file.read_bytes() for file in OPTIONS))
        read_with = sha256(b"".join(parts)).hexdigest()
        super().__init__(str(HERE / "__pycache__"), f"template-{read_with[:12]}-%s.cache")

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled, if it may be kept."""
        if sys.dont_write_bytecode:
            return
        with suppress(OSError):
            super().dump_bytecode(bucket)
            os.chmod(self._get_cache_filename(bucket), READABLE)

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what was kept; what a power cut left half written is compiled anew."""
        try:
            super().load_bytecode(bucket)
        except Exception:  # noqa: BLE001 - whatever is wrong with it, the template is there
            bucket.reset()
