"""The help in a terminal: the same texts as on the pages."""

import re
from difflib import get_close_matches

import msgspec
import rich_click as click
from rich.markdown import Markdown
from rich.table import Table

from http_api.cli.context import as_json
from http_api.console import out, print_json
from http_api.pages.help_texts import CONTENTS, Topic, topics, whole

WIDEST = 88  # a line of running text that the eye still follows
MUCH_LIKE = 0.7  # of 1, which is the same spelling
_LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")


class HelpAnswer(msgspec.Struct, frozen=True):
    """One topic of the help: its text is Markdown."""

    topic: str
    title: str
    text: str


@click.command("help")
@click.argument("topic", default=CONTENTS, metavar="[TOPIC]")
@as_json
def help_on(topic: str, json: bool) -> None:
    """The help on a topic, as on the pages; without one, what there is help on."""
    found = topics().get(topic)
    if found is None:
        raise click.ClickException(f"There is no help on {topic!r}. {_instead_of(topic)}")
    if json:
        print_json(HelpAnswer(found.topic, found.title, whole(found)))
    elif topic == CONTENTS:
        _show_contents()
    else:
        _show(found)


def _instead_of(topic: str) -> str:
    """What to ask for where there is no such topic: those that are spelled much like it."""
    others = [name for name in topics() if name != CONTENTS]
    near = get_close_matches(topic.lower(), others, cutoff=MUCH_LIKE)
    if near:
        return f"Did you mean {' or '.join(near)}? outturn help lists all topics."
    return "outturn help lists all topics."


def _show(topic: Topic) -> None:
    """The text without the addresses of its links, which lead nowhere here."""
    text = _LINK.sub(r"\1", whole(topic))
    out.print(Markdown(text), width=min(WIDEST, out.width))


def _show_contents() -> None:
    """What to type for each topic."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column()
    for topic in topics().values():
        if topic.topic != CONTENTS:
            table.add_row(f"outturn help {topic.topic}", topic.title)
    out.print(table)
