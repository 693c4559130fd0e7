"""Taking a form: what becomes of it when it is sent, the same way for every form.

Taken, the browser is sent on to a page, so that loading that again sends nothing again. Refused,
the form is shown once more with what was typed and what is wrong; its key is a new one, since the
old one stands for what was refused.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec
from litestar import MediaType, Response
from litestar.response import Redirect

from http_api import clock
from http_api.offering import recorded_by
from http_api.pages.filling import (
    Filled,
    Form,
    Mistyped,
    Typed,
    another_row,
    key_of,
    typed_of,
)
from http_api.pages.reader import NOW, ClocksAsked
from http_api.pages.render import Frame
from http_api.pages.vocabulary import plainly
from http_api.problem_documents import problem_of
from http_api.problems import HttpProblem
from http_api.service import Service
from ledger.accounts import Visitor
from policies.refusals import FieldProblem, Refusal

MISTYPED_STATUS = 422
# What is said otherwise of a form than of a request.
IN_A_FORM = {"idempotency-key-reused": "This form was sent already, with other words in it."}


class Taker(NamedTuple):
    """What a form needs beside what was sent.

    ``draw`` makes the page of a form; ``record`` does what it asks, under a key, and answers the
    address of the page to go on to.
    """

    form: Form
    draw: Callable[[Filled], str]
    record: Callable[[Typed, str | None], str]


def may_act(who: Visitor, asked: ClocksAsked) -> bool:
    """Whether a page offers anything at all: nobody acts unnamed, nor in the past."""
    return bool(who.person) and asked.known_at == asked.policy_at == NOW


def recorded_here(service: Service, who: Visitor, asked: ClocksAsked) -> int:
    """The position that a page tells its reader of, which is of something they recorded; else 0."""
    told = asked.recorded if who.person else 0
    return told if told and recorded_by(service, told, who.person) else 0


def opened(form: Form, asked: Typed | None = None) -> Filled:
    """A form as it is when it is opened, with what its address asks for."""
    return Filled(form=form, key=new_key(), typed={**form.filled, **(asked or {})})


def framed(frame: Frame, filled: Filled, about: str) -> Frame:
    """The frame of the page of a form: always of this moment, and named by what it is about."""
    title = f"{filled.form.title}: {about}"
    return msgspec.structs.replace(frame, title=title, moments=None)


def take(taker: Taker, sent: Mapping[str, Any]) -> Response[Any]:
    """What becomes of a form that was sent."""
    typed = typed_of(taker.form, sent)
    key = key_of(sent)
    other = another_row(taker.form, typed, sent)
    if other is not None:
        filled = Filled(form=taker.form, key=key or new_key(), typed=other.typed, at=other.at)
        return _page(taker.draw(filled), 200)
    try:
        going_on = taker.record(typed, key)
    except (Mistyped, Refusal, HttpProblem) as error:
        status, problems = told(error)
        filled = Filled(form=taker.form, key=new_key(), typed=typed, problems=problems)
        return _page(taker.draw(filled), status)
    return Redirect(going_on, status_code=303)


def told(error: Mistyped | Refusal | HttpProblem) -> tuple[int, tuple[FieldProblem, ...]]:
    """The status that an error is answered with, and what is wrong, field by field."""
    if isinstance(error, Mistyped):
        return MISTYPED_STATUS, error.problems
    problem, _ = problem_of(error)
    return problem.status, tuple(
        FieldProblem(one.field, one.code, IN_A_FORM.get(one.code) or plainly(one.detail))
        for one in problem.errors
    )


def refield(error: Refusal, names: Mapping[str, str]) -> Refusal:
    """The same refusal, of the fields of a form that are called otherwise: by their beginnings."""
    errors = tuple(
        msgspec.structs.replace(one, field=_renamed(one.field, names)) for one in error.errors
    )
    return type(error)(error.detail, field=_renamed(error.field, names), errors=errors)


def new_key() -> str:
    """An idempotency key that nobody has used."""
    return clock.new_id().hex


def _renamed(field: str, names: Mapping[str, str]) -> str:
    return next((new for begin, new in names.items() if field.startswith(begin)), field)


def _page(text: str, status: int) -> Response[str]:
    return Response(text, status_code=status, media_type=MediaType.HTML)
