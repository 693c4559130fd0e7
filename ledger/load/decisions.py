"""What may be done with a load where it stands: pure functions of its fold. A refusal is raised."""

from ledger.load.state import Load, Stage
from policies.refusals import LoadStale, LoadWrongStage, UnitChanged, UnknownLoad

_BUSY = "is still being worked on: wait until it is done."
_HELP = {
    Stage.RECEIVED: f"The load {_BUSY}",
    Stage.CHECKED: "The load is checked: commit or abandon it.",
    Stage.COMMITTING: f"The load {_BUSY}",
    Stage.COMMITTED: "The load is committed: what can be done with it is to withdraw it.",
    Stage.REFUSED: "The file was refused: put it right and send it again.",
    Stage.ABANDONED: "The load was abandoned: send the file again.",
    Stage.WITHDRAWN: "The load was withdrawn: send the file again if it was right.",
}


def check_there_is(load: Load, agreement: str) -> None:
    """Refuse a load that is none, or another agreement's."""
    if not load.version or load.agreement != agreement:
        raise UnknownLoad(f"{agreement} has no load {load.id}.")


_NO_CHECK = (
    "This is not the digest of a check of the load: give checked.digest, as the load is answered;"
    " digest there is that of the file."
)


def check_may_commit(load: Load, digest: str, *, confirmed_unit: bool) -> None:
    """Refuse a commit of a load that is not checked, or of another check than was seen.

    Raises LoadWrongStage, LoadStale, UnitChanged.
    """
    _check_stage(load, Stage.CHECKED)
    assert load.checked is not None
    assert load.received is not None
    if digest != load.checked.digest:
        raise LoadStale("" if digest in load.former else _NO_CHECK, field="checked")
    if load.checked.unit_changed and not (confirmed_unit or load.received.confirmed_unit):
        raise UnitChanged(field="confirm_unit")


def check_may_abandon(load: Load) -> None:
    """Refuse to abandon what is not waiting for a person. Raises LoadWrongStage."""
    _check_stage(load, Stage.CHECKED)


def check_may_withdraw(load: Load) -> None:
    """Refuse to withdraw what is not wholly in. Raises LoadWrongStage."""
    _check_stage(load, Stage.COMMITTED)


def _check_stage(load: Load, wanted: Stage) -> None:
    if load.stage is not wanted:
        raise LoadWrongStage(_HELP[load.stage])
