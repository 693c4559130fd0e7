"""Acts as answers about sign-off name them."""

from projections.reading.recorded import Act
from projections.waiting_answers import ActBehind, ActKind

_KINDS = {
    "values-submitted": ActKind.SUBMISSION,
    "values-corrected": ActKind.CORRECTION,
    "values-withdrawn": ActKind.WITHDRAWAL,
    "values-restored": ActKind.RESTORATION,
    "values-returned": ActKind.RETURN,
    "values-signed-off": ActKind.SIGN_OFF,
    "indicator-redefined": ActKind.DEFINITION,
    "evidence-attached": ActKind.EVIDENCE,
}


def behind(act: Act) -> ActBehind:
    """An event that gave or took an entry's place or standing."""
    return ActBehind(
        kind=_KINDS[act.topic],
        position=act.position,
        recorded_at=act.recorded_at,
        actor=act.actor,
        reason=act.reason,
        file=act.file,
        load=act.load,
    )
