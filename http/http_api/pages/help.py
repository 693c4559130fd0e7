"""The pages of the help, from its texts."""

from http_api.pages.help_markdown import headings, to_html
from http_api.pages.help_texts import CONTENTS, MEANINGS, WORDS, parts, slug, topics, whole
from http_api.pages.moments import Moments
from http_api.pages.reader import ClocksAsked, Reader
from http_api.pages.render import Crumb, Frame, render
from http_api.pages.views import statement_of
from http_api.problems import HttpProblem

FEWEST_HEADINGS = 4  # from so many on, a page begins with a list of them


def topic_page(reader: Reader, asked: ClocksAsked, name: str) -> str:
    """One topic. Raises HttpProblem where there is none of this name."""
    topic = topics().get(name)
    if topic is None:
        sentence = f"There is no help on {name[:40]!r}. The contents of the help are at /help."
        raise HttpProblem(404, "not-found", sentence)
    answer = reader.agreements(asked)
    moments = Moments(asked, answer.clocks)
    at = "" if name == CONTENTS else name
    crumbs = [Crumb("Agreements", moments.links.home()), Crumb("Help", moments.links.help())]
    frame = Frame(
        title=f"Help: {topic.title}" if at else topic.title,
        moments=moments,
        path=moments.links.help(at).partition("?")[0],
        demonstration=statement_of(*answer.agreements),
        crumbs=(*crumbs, Crumb(topic.title)) if at else (crumbs[0], Crumb("Help")),
        section="help",
    )
    text = topic.text if name == WORDS else whole(topic)
    found = headings(text)
    return render(
        "help.html",
        frame,
        sections=[
            (slug(part.partition("\n")[0].removeprefix("## ")), to_html(part, moments.links))
            for part in parts(text)
        ],
        contents=found if len(found) >= FEWEST_HEADINGS else (),
        lists=MEANINGS if name == WORDS else {},
        is_contents=not at,
    )
