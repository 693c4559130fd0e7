"""The mappings that come with the product, for publishers whose files are known."""

from functools import lru_cache
from pathlib import Path

import msgspec

from ledger.agreement.state import Agreement
from ledger.loading.mapping import Codes, Mapping, read_mapping
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


def of_dhis2(agreement: Agreement) -> Mapping:
    """How a DHIS2 data value set is read where no mapping is given.

    Identifiers stand for themselves, but for those in the agreement's code maps named ``dhis2``.
    """
    mapping = ready_mapping("dhis2_format")
    maps = agreement.code_maps
    codes = Codes(
        breakdowns=mapping.codes.breakdowns,
        area_codes=DHIS2 if ("area", DHIS2) in maps else mapping.codes.area_codes,
        indicator_map=DHIS2 if ("indicator", DHIS2) in maps else "",
    )
    return msgspec.structs.replace(mapping, codes=codes)
