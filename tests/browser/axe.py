"""What axe finds on a page."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[2] / "http/frontend/node_modules/axe-core/axe.min.js"
# Only what is told crosses over from the browser: a whole answer is long.
_RUN = """axe.run(document, {resultTypes: ['violations']}).then(found => ({
    passed: found.passes.length,
    violations: found.violations.map(each => [each.id, each.nodes.map(node => node.target)]),
}))"""


def violations(page: Page) -> list[Any]:
    """Each rule that a page breaks, with what breaks it; axe must have looked at something."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate(_RUN)
    assert found["passed"], "axe looked at something"
    broken: list[Any] = found["violations"]
    return broken
