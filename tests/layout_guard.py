"""Stops a test run, with one sentence, when something hides Python's own `http`.

pytest loads this file before every other plugin (see addopts in pyproject.toml): a plugin that
needs `http.client` would otherwise fail first, with a message that names neither file.
"""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

for stray in ("http/__init__.py", "tests/http"):
    if (ROOT / stray).exists():
        raise pytest.UsageError(f"{stray} hides Python's own http: remove it.")
