"""`outturn help`: the texts of the pages in a terminal."""

import json

import pytest
from click import ClickException
from click.testing import CliRunner

from http_api.cli.commands import outturn
from http_api.pages.help_texts import topics, whole
from policies.permissions import Role


def typed(*words: str) -> str:
    done = CliRunner().invoke(outturn, ["help", *words], standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    return done.output


@pytest.mark.parametrize("topic", sorted(topics()))
def test_a_topic_is_printed_as_a_document_as_it_is_on_the_page(topic: str) -> None:
    told = json.loads(typed(topic, "--json"))

    assert ["topic", "title", "text"] == list(told)
    assert (topic, topics()[topic].title) == (told["topic"], told["title"])
    assert whole(topics()[topic]) == told["text"]


def test_a_person_reads_it_without_the_addresses_of_links() -> None:
    text = " ".join(typed("board").split())

    assert text.startswith("The board page One page for the whole agreement")
    assert ".md" not in text


def test_rights_are_told_in_the_terminal_too() -> None:
    text = json.loads(typed("rights", "--json"))["text"]

    assert "| sign off a value | sign-off officer |" in text


def test_without_a_topic_it_lists_what_to_type() -> None:
    listed = [line.split()[2] for line in typed().splitlines() if line.startswith("outturn help")]

    assert sorted({*topics()} - {"index"}) == listed


@pytest.mark.parametrize(
    ("topic", "told"),
    [
        ("load", "There is no help on 'load'. Did you mean loads? outturn help lists all topics."),
        ("nonsense", "There is no help on 'nonsense'. outturn help lists all topics."),
        ("indexes", "There is no help on 'indexes'. outturn help lists all topics."),
    ],
)
def test_an_unknown_topic_is_told_with_those_like_it(topic: str, told: str) -> None:
    with pytest.raises(ClickException) as refused:
        typed(topic)
    assert told == refused.value.format_message()


@pytest.mark.parametrize("act", ["assign", "end"])
def test_every_role_can_be_read_where_lines_are_short(act: str) -> None:
    done = CliRunner(env={"COLUMNS": "80"}).invoke(outturn, ["role", act, "--help"])

    shown = done.output.replace(",", " ").replace(".", " ").split()
    assert set() == {role.value for role in Role} - set(shown)
