"""The mappings that come with the product, for publishers whose files are known."""

from functools import lru_cache
from pathlib import Path

import msgspec

from ledger.agreement.state import Agreement
from ledger.loading.mapping import Codes, Mapping, read_mapping
from ledger.loading.table import Format
from policies.refusals import BadMapping

FOLDER = Path(__file__).with_name("ready")
DHIS2 = "dhis2"  # what an agreement calls its code maps for DHIS2's identifiers


def ready_names() -> tuple[str, ...]:
    """The names of the ready mappings, in order."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def ready_text(name: str) -> str:
    """A ready mapping as it is written, to be read or copied. Raises BadMapping."""
    if name not in ready_names():
        known = ", ".join(ready_names())
        raise BadMapping(f"There is no ready mapping {name!r}; there are {known}.")
    return (FOLDER / f"{name}.toml").read_text(encoding="utf-8")


@lru_cache(maxsize=32)
def ready_mapping(name: str) -> Mapping:
    """A ready mapping. Raises BadMapping."""
    return read_mapping(ready_text(name))


def for_agreement(mapping: Mapping | None, kind: Format, agreement: Agreement) -> Mapping | None:
    """How a file of an agreement is read: as the mapping says, if there is one.

    A DHIS2 data value set needs none. Its identifiers, and those of its CSV form, stand for
    themselves, but for those in the agreement's code maps named ``dhis2``.
    """
    of_dhis2 = ready_mapping("dhis2_format")
    if mapping != of_dhis2 and (mapping or kind != "dhis2"):
        return mapping
    maps = agreement.code_maps
    codes = Codes(
        breakdowns=of_dhis2.codes.breakdowns,
        area_codes=DHIS2 if ("area", DHIS2) in maps else of_dhis2.codes.area_codes,
        indicator_map=DHIS2 if ("indicator", DHIS2) in maps else "",
    )
    return msgspec.structs.replace(of_dhis2, codes=codes)
