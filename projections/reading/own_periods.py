"""Which periods an indicator can be asked about."""

from ledger.engine import Connection
from policies.fitting import check_own
from policies.periods import parse_code
from projections.reading.structure import IndicatorKnown

_ANYWHERE = """
SELECT 1 FROM value
 WHERE indicator = %s AND period = %s AND from_position <= %s AND to_position > %s
UNION ALL
SELECT 1 FROM target
 WHERE indicator = %s AND period = %s AND from_position <= %s AND to_position > %s
 LIMIT 1
"""


def check_asked(connection: Connection, indicator: IndicatorKnown, period: str, known: int) -> None:
    """Refuse a period that is none of an indicator's, unless it has a value or a target, in any
    area, from when it was measured by such periods. Raises WrongInterval."""
    asked = parse_code(period)
    if indicator.definition.measures(asked):
        return
    about = (indicator.id, asked.code, known, known)
    if connection.execute(_ANYWHERE, (*about, *about)).fetchone() is None:
        check_own(asked, indicator.definition)
