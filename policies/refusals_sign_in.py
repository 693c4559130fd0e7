"""The refusals of signing in, and of keeping accounts and access tokens."""

from policies.refusing import Refusal


class SignInFailed(Refusal):
    """The name and the password do not go together, or there is no such account."""

    code = "sign-in-failed"


class TooManyTries(Refusal):
    """Too many tries failed: wait a quarter of an hour, or ask an administrator for a new link."""

    code = "too-many-tries"


class WeakPassword(Refusal):
    """A password has 12 to 200 characters, and is neither a name nor an address of its holder."""

    code = "weak-password"


class LinkSpent(Refusal):
    """This link was used, has run out, or is unknown: ask an administrator for a new one."""

    code = "link-spent"


class ClosedAccount(Refusal):
    """This account is closed: ask an administrator to open it again."""

    code = "closed-account"


class AccountOpen(Refusal):
    """This account is open: there is nothing to open again."""

    code = "account-open"


class NoSuchToken(Refusal):
    """This person has no access token with this number."""

    code = "no-such-token"


class BadView(Refusal):
    """A page can be kept under a name of up to 100 characters, if it is one of this service."""

    code = "bad-view"


class BadToken(Refusal):
    """An access token has a label, at least one scope, and an end in the future if it has one."""

    code = "bad-token"


class SignInNotBegun(Refusal):
    """This sign-in was not begun in this browser, is finished, or took too long: begin it again."""

    code = "sign-in-not-begun"


class ProviderRefused(Refusal):
    """The provider did not say who this is, or not so that it can be relied on: try again."""

    code = "provider-refused"


class UnknownHere(Refusal):
    """Nobody here has the address that the provider knows this person by: ask an administrator."""

    code = "unknown-here"


class OtherAccount(Refusal):
    """The person with this address signed in with another account of the provider before."""

    code = "other-account"
