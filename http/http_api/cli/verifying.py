"""Verifying: that nothing in the live ledger, or in a bundle, was altered."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import rich_click as click
from click.exceptions import Exit
from rich.progress import Progress

from http_api.cli.context import as_json, the_service, the_settings, the_url
from http_api.cli.proving import bar, is_in_use, of_log, sealed_by
from http_api.console import err, out, print_json
from http_api.live_evidence import LiveEvidence, remembered
from ledger.proofs.bundle import snapshot
from ledger.proofs.logs import logs
from ledger.proofs.note import BadNote
from ledger.proofs.tiles import last_checkpoint
from ledger.proofs.tree import TileTooShort
from ledger.verifier import Altered, Bundle, Evidence, Unusable, read_key, sentences
from ledger.verifier import verify as verify_evidence
from projections.catch_up import catch_up

BETWEEN_UPDATES = 100  # events, of the progress shown
REMEMBERED = (
    "The events agree with the checkpoint that their signer remembers here, outside the database."
)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("bundle", type=_FILE, required=False)
@click.option("--key", metavar="KEY_OR_FILE", help="The ledger's public key, as you know it.")
@click.option("--checkpoint", type=_FILE, multiple=True, help="A checkpoint that you kept.")
@click.option("--receipt", type=_FILE, multiple=True, help="A receipt that you kept.")
@click.option("--record-only", is_flag=True, help="Do not check the answers.")
@of_log
@as_json
def verify(
    bundle: Path | None,
    key: str | None,
    checkpoint: tuple[Path, ...],
    receipt: tuple[Path, ...],
    record_only: bool,
    log: int | None,
    json: bool,
) -> None:
    """Check that nothing was altered: in BUNDLE, or without it in the live ledger.

    Every event is hashed anew and held against the tree, the signed checkpoints and the answers.
    The first bad position is named. The live ledger is also held against what its signer
    remembers outside the database.
    """
    if bundle and log:
        raise click.UsageError("--log is of the live ledger: a bundle is of one log.")
    known = _key(key)
    given: dict[str, Any] = {
        "key": known,
        "checkpoints": [(str(path), _read(path)) for path in checkpoint],
        "receipts": [(str(path), _read(path)) for path in receipt],
        "record_only": record_only,
    }
    try:
        with _bundle(bundle) if bundle else _live(given, log) as evidence, bar() as progress:
            held = verify_evidence(evidence, **given, progress=_following(progress))
        if bundle is None and log is None:
            held["former_logs"] = _check_former_logs()
    except Altered as altered:
        _check_read(altered, (*checkpoint, *receipt))
        _tell_altered(altered, json=json)
        raise Exit(1) from altered
    if given["key"] != known:
        held["key"] = "of its signer"
    if bundle is None:
        held["checkpoints"] = len(checkpoint)
        held["remembered"] = len(given["checkpoints"]) - len(checkpoint)
    if json:
        print_json(held)
    else:
        told = sentences(held)
        told += [REMEMBERED] if held.get("remembered") else []
        if former := held.get("former_logs", 0):
            earlier = "1 earlier log" if former == 1 else f"{former} earlier logs"
            told.append(f"They begin with what was signed under {earlier}.")
        for sentence in told:
            out.print(sentence, markup=False, soft_wrap=True)


def _tell_altered(altered: Altered, *, json: bool) -> None:
    """What does not hold: one sentence, or all there is to it as data."""
    if not json:
        out.print(altered.sentence, markup=False, soft_wrap=True)
        return
    print_json(
        {
            "holds": False,
            "code": altered.code,
            "detail": altered.sentence,
            "position": altered.position,
            "between": altered.between,
        }
    )


@contextmanager
def _bundle(path: Path) -> Iterator[Evidence]:
    try:
        bundle = Bundle(str(path))
    except BadZipFile as error:
        raise click.ClickException(f"{path} is not a bundle: {error}.") from error
    with bundle:
        yield bundle


@contextmanager
def _live(given: dict[str, Any], number: int | None) -> Iterator[Evidence]:
    """The ledger where it lies; what its signer remembers is added to what is given.

    An earlier log's signer remembers what was lost, so of it only the key is.
    """
    url = the_url()
    trouble = ""
    in_use = number is None or is_in_use(url, number)
    try:
        sealed_by(url, number)
    except (BadNote, TileTooShort, click.ClickException) as error:
        trouble = str(error)  # the more reason to verify what was signed
    catch_up(url)
    with the_service(url) as service, service.pool.connection() as connection:
        log = logs(connection)[(number or 0) - 1]
        newest = last_checkpoint(connection, log=log.number)
        if newest is None:
            raise click.ClickException(trouble)
        if trouble:
            err.print(f"Nothing more is signed: {trouble}", markup=False, soft_wrap=True)
        signer = remembered(the_settings().signers, log)
        given["key"] = given["key"] or signer.key or None
        if signer.signed and in_use:
            given["checkpoints"].append(("The checkpoint the signer remembers", signer.signed))
        with snapshot(connection), LiveEvidence(connection, newest, log) as evidence:
            yield evidence


def _check_former_logs() -> int:
    """Check the record against what each log before the one in use signed last of what is there.

    Each by the key of its signer, where that is here: whoever can write to the database may have
    put in a log of their own. Answer how many there are. Raises Altered.
    """
    url = the_url()
    with the_service(url) as service, service.pool.connection() as connection:
        former = [
            log.number
            for log in logs(connection)[:-1]
            if last_checkpoint(connection, log=log.number) is not None
        ]
    for number in former:
        given: dict[str, Any] = {"key": None, "checkpoints": [], "record_only": True}
        with _live(given, number) as evidence:
            try:
                verify_evidence(evidence, **given)
            except Altered as altered:
                sentence = f"By what log {number} signed: {altered.sentence}"
                raise Altered(
                    altered.code, sentence, altered.position, altered.between
                ) from altered
    return len(former)


def _following(progress: Progress) -> Callable[[int, int], None]:
    task = progress.add_task("Verifying", total=0)

    def told(done: int, total: int) -> None:
        if done % BETWEEN_UPDATES == 0 or done == total:
            progress.update(task, completed=done, total=total)

    return told


def _key(given: str | None) -> str | None:
    """A key, or the file that holds it; what is no key says nothing about the ledger."""
    if given is None:
        return None
    key = given if "+" in given else _read(Path(given))
    try:
        read_key(key)
    except Altered as altered:
        named = "What --key gives" if "+" in given else given
        raise click.ClickException(f"{named} is not a key: {altered.sentence}") from None
    return key


def _check_read(altered: Altered, files: Iterable[Path]) -> None:
    """Refuse a file of the auditor's own that is not what it was given as.

    That is a wrong file, and no sign that anything was altered. What the signer remembers is no
    such file.
    """
    if isinstance(altered, Unusable) and altered.sentence.startswith(tuple(map(str, files))):
        raise click.ClickException(altered.sentence) from altered


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{path} is not a text.") from error
