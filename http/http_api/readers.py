"""Which answers a page is drawn from: those of whoever takes part, or those of the public."""

from http_api.actors import takes_part
from http_api.page_reader import PageReader
from http_api.pages.reader import ClocksAsked
from http_api.public_reader import PublicReader
from http_api.service import Service
from ledger.accounts import Visitor
from projections.answers import Agreements


class Readers:
    """The readers of one service."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._inside, self._public = PageReader(service), PublicReader(service)
        self._guest = PublicReader(service, known=True)

    def of(self, who: Visitor, agreement: str | None) -> PageReader:
        """The reader for a visitor of a page, of an agreement or across all."""
        if not who.person:
            return self._public
        if agreement is None:
            return _Theirs(self._service, who.person)
        if takes_part(self._service, who.person, agreement):
            return self._inside
        return self._guest


class _Theirs(PageReader):
    """What goes across agreements, for somebody who takes part in some of them."""

    def __init__(self, service: Service, person: str) -> None:
        super().__init__(service)
        self._asking, self._person = service, person
        self._public = PublicReader(service)

    def agreements(self, asked: ClocksAsked) -> Agreements:
        """The agreements in which they hold a role, and those that have published figures."""
        answer = super().agreements(asked)
        open_to_all = {one.code for one in self._public.agreements(asked).agreements}
        theirs = tuple(
            one
            for one in answer.agreements
            if one.code in open_to_all or takes_part(self._asking, self._person, one.code)
        )
        return Agreements(clocks=answer.clocks, agreements=theirs)
