"""A page as a tree, by the standard library's HTML parser, for tests that read what it says."""

from collections.abc import Iterator
from html.parser import HTMLParser

VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr")
)
INLINE = frozenset(("a", "label", "option", "path", "span", "strong", "svg"))


class Element:
    """A tag with its attributes, and the elements and texts inside it."""

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.inside: list[Element | str] = []

    def __getitem__(self, attribute: str) -> str:
        return self.attributes.get(attribute, "")

    @property
    def text(self) -> str:
        """All text inside, with single blanks between words."""
        return " ".join(self._texts().split())

    @property
    def said(self) -> str:
        """The text without the link to the definition, which stands beside every figure."""
        return " ".join(self._texts(but="app-define").split())

    def _texts(self, but: str = "") -> str:
        if but and but in self["class"].split():
            return ""
        inside = "".join(
            each if isinstance(each, str) else each._texts(but) for each in self.inside
        )
        return inside if self.tag in INLINE else f" {inside} "

    def every(self, *tags: str, **having: str) -> list["Element"]:
        """The elements inside of these tags that have these attributes, in order.

        ``cls`` is one of an element's classes.
        """
        return [each for each in self._all() if _matches(each, tags, having)]

    def one(self, *tags: str, **having: str) -> "Element":
        """The only such element."""
        found = self.every(*tags, **having)
        assert 1 == len(found), f"{len(found)} of {tags} {having}"
        return found[0]

    def _all(self) -> Iterator["Element"]:
        for each in self.inside:
            if isinstance(each, Element):
                yield each
                yield from each._all()


def _matches(element: Element, tags: tuple[str, ...], having: dict[str, str]) -> bool:
    if tags and element.tag not in tags:
        return False
    wanted = dict(having)
    cls = wanted.pop("cls", "")
    if cls and cls not in element["class"].split():
        return False
    return all(element[name] == value for name, value in wanted.items())


class _Builder(HTMLParser):
    """Builds the tree, and insists that every tag is closed in its place."""

    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inside.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].inside.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        closed = self.open.pop()
        assert tag == closed.tag, f"</{tag}> closes <{closed.tag} {closed.attributes}>"

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


def parsed(text: str) -> Element:
    """The document. Fails on tags that are not closed in order."""
    builder = _Builder()
    builder.feed(text)
    builder.close()
    assert 1 == len(builder.open), f"not closed: {[each.tag for each in builder.open]}"
    return builder.open[0]
