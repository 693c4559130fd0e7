"""A template is compiled once, and anew when it or what it is read with changes."""

import stat
from pathlib import Path
from typing import Any

import pytest
from jinja2 import DictLoader, Environment, TemplateSyntaxError

from http_api.pages import compiled
from http_api.pages.compiled import Compiled


class CompilesNothing(Environment):
    """Reads templates that others compiled, and no others."""

    def compile(self, *_: Any, **__: Any) -> Any:
        """Whoever asks for that finds out here."""
        raise TemplateSyntaxError("compiled anew", 1)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder of our own, with the options that templates are read with."""
    monkeypatch.setattr("sys.dont_write_bytecode", False)
    monkeypatch.setattr(compiled, "HERE", tmp_path)
    monkeypatch.setattr(compiled, "OPTIONS", (tmp_path / "render.py",))
    (tmp_path / "render.py").write_text("autoescape=True")
    (tmp_path / "__pycache__").mkdir()
    return tmp_path


def shown(text: str, kind: type[Environment] = Environment) -> str:
    environment = kind(loader=DictLoader({"page": text}), bytecode_cache=Compiled())
    return environment.get_template("page").render(name="you")


def test_what_was_compiled_once_is_not_compiled_again(here: Path) -> None:
    assert "For you" == shown("For {{ name }}")
    assert "For you" == shown("For {{ name }}", CompilesNothing)


def test_a_template_that_changed_is_compiled_anew(here: Path) -> None:
    shown("For {{ name }}")
    assert "Not for you" == shown("Not for {{ name }}")


def test_other_options_compile_everything_anew(here: Path) -> None:
    """Whether a text is escaped is part of what was compiled."""
    shown("For {{ name }}")
    (here / "render.py").write_text("autoescape=False")
    with pytest.raises(TemplateSyntaxError):
        shown("For {{ name }}", CompilesNothing)


def test_whoever_serves_may_read_what_somebody_else_kept(here: Path) -> None:
    shown("For {{ name }}")
    (kept,) = (here / "__pycache__").iterdir()
    assert "-rw-r--r--" == stat.filemode(kept.stat().st_mode)


@pytest.mark.parametrize("length", [0, 10, 25, 60, 100])
def test_what_was_left_half_written_is_compiled_anew(here: Path, length: int) -> None:
    shown("For {{ name }}")
    (kept,) = (here / "__pycache__").iterdir()
    kept.write_bytes(kept.read_bytes()[:length])
    assert "For you" == shown("For {{ name }}")
    assert "For you" == shown("For {{ name }}", CompilesNothing)


def test_where_python_keeps_nothing_neither_do_templates(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    assert "For you" == shown("For {{ name }}")
    assert [] == list((here / "__pycache__").iterdir())


def test_where_nothing_can_be_kept_all_is_compiled(here: Path) -> None:
    (here / "__pycache__").rmdir()
    assert "For you" == shown("For {{ name }}")
    with pytest.raises(TemplateSyntaxError):
        shown("For {{ name }}", CompilesNothing)
