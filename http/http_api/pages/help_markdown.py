"""Markdown of the help as HTML of our pages: their classes, their links, an anchor a heading.

HTML inside a text is shown as text and never taken for HTML.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup

from http_api.pages.help_texts import CONTENTS, slug
from http_api.pages.links import Links

PAIR = 2  # columns: one names what the other tells
_TOPIC = re.compile(r"([\w-]+)\.md(#[\w-]+)?")
_CLASSES = {
    "heading_open": {
        "h1": "govuk-heading-xl app-title",
        "h2": "govuk-heading-m",
        "h3": "govuk-heading-s",
    },
    "paragraph_open": {"p": "govuk-body"},
    "bullet_list_open": {"ul": "govuk-list govuk-list--bullet"},
    "ordered_list_open": {"ol": "govuk-list govuk-list--number"},
    "link_open": {"a": "govuk-link"},
    "table_open": {"table": "govuk-table app-table app-table--help"},
    "thead_open": {"thead": "govuk-table__head"},
    "tbody_open": {"tbody": "govuk-table__body"},
    "tr_open": {"tr": "govuk-table__row"},
    "th_open": {"th": "govuk-table__header"},
}
# Written out, because the cards of a narrow screen would lose them.
_ROLES = {
    "table_open": "table",
    "thead_open": "rowgroup",
    "tbody_open": "rowgroup",
    "tr_open": "row",
    "th_open": "columnheader",
}


class _Renderer(RendererHTML):
    """Writes the cells of a table as the cards of a narrow screen need them, and what it is of."""

    def table_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """A table is called by the heading it stands under."""
        table = self.renderToken(tokens, idx, options, env)
        above = [at for at in range(idx) if tokens[at].type == "heading_open"]
        words = tokens[above[-1] + 1].children or () if above else ()
        name = escapeHtml("".join(word.content for word in words))  # without the signs of Markdown
        return f'{table}<caption class="govuk-visually-hidden">{name}</caption>' if name else table

    def td_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """The first cell of a row is its heading; the others name their column."""
        if tokens[idx - 1].type == "tr_open":
            return '<th scope="row" role="rowheader" class="govuk-table__header app-lead">'
        return f'{self.renderToken(tokens, idx, options, env)}<div class="app-cell">'

    def td_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """The end of either."""
        opened = next(at for at in range(idx, 0, -1) if tokens[at].type == "td_open")
        return "</th>" if tokens[opened - 1].type == "tr_open" else "</div></td>"


_MARKDOWN = MarkdownIt("commonmark", {"html": False}, renderer_cls=_Renderer).enable("table")


def to_html(text: str, links: Links) -> Markup:
    """A text as HTML, its links to other topics under the clocks of the page."""
    return _rendered(text, links)


@lru_cache(maxsize=256)
def _rendered(text: str, links: Links) -> Markup:
    tokens = _MARKDOWN.parse(text)
    _name_headings(tokens)
    _name_columns(tokens)
    for token in tokens:
        for each in (token, *(token.children or ())):
            _dress(each, links)
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return Markup(html)  # noqa: S704 - our own documents, and the HTML in them is escaped


def headings(text: str) -> list[tuple[str, str]]:
    """The headings of the second level, each with its anchor."""
    tokens = _MARKDOWN.parse(text)
    found = [tokens[at + 1].content for at, each in enumerate(tokens) if _is_second(each)]
    return [(slug(heading), heading) for heading in found]


def _is_second(token: Token) -> bool:
    return (token.type, token.tag) == ("heading_open", "h2")


def _name_headings(tokens: Sequence[Token]) -> None:
    for at, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag != "h1":
            token.attrSet("id", slug(tokens[at + 1].content))


def _name_columns(tokens: Sequence[Token]) -> None:
    """Each cell names its column, which a narrow screen shows in front of it."""
    columns: list[str] = []
    cell = 0
    table = None
    for at, token in enumerate(tokens):
        match token.type:
            case "table_open":
                table, columns = token, []
            case "tbody_open" if table is not None and len(columns) == PAIR:
                table.attrJoin("class", "app-table--pairs")
            case "tr_open":
                cell = 0
            case "th_open":
                columns.append(tokens[at + 1].content)
                token.attrSet("scope", "col")
            case "td_open":
                token.attrSet("role", "cell")
                token.attrSet("class", "govuk-table__cell")
                token.attrSet("data-label", columns[cell])
                cell += 1


def _dress(token: Token, links: Links) -> None:
    """The classes and role of one tag, and where its link leads."""
    classes = _CLASSES.get(token.type, {}).get(token.tag)
    if classes:
        token.attrJoin("class", classes)
    if token.type in _ROLES:
        token.attrSet("role", _ROLES[token.type])
    if token.type == "link_open":
        token.attrSet("href", _address(str(token.attrGet("href")), links))


def _address(target: str, links: Links) -> str:
    """A link to another document of the help leads to its page; every other stays."""
    path, hash_sign, anchor = target.partition("#")
    if hash_sign:
        target = f"{path}#{slug(anchor)}"
    found = _TOPIC.fullmatch(target)
    if found is None:
        return target
    topic = "" if found[1] == CONTENTS else found[1]
    return links.help(topic) + (found[2] or "")
