"""Every way to say no about files that are evidence for an entry. See refusals."""

from policies.refusing import Refusal


class AttachmentKind(Refusal):
    """A file is taken as a PDF, PNG, JPEG, text, CSV, Word, Excel or OpenDocument file only."""

    code = "attachment-kind"


class AttachmentMacros(AttachmentKind):
    """The document holds macros: save a copy without them, and attach that."""

    code = "attachment-macros"


class AttachmentSize(Refusal):
    """A file that is attached has at least one byte, and at most 10 MB."""

    code = "attachment-size"


class TooManyAttachments(Refusal):
    """An entry has at most 10 attachments."""

    code = "too-many-attachments"


class NoAttachments(Refusal):
    """The request names no attachment to add."""

    code = "no-attachments"


class AlreadyAttached(Refusal):
    """The entry has this attachment already."""

    code = "already-attached"


class UnknownAttachment(Refusal):
    """There is no attachment with this digest in the agreement: send the file first."""

    code = "unknown-attachment"
