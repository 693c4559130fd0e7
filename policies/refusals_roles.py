"""Every way to say no to who assigns or ends a role.

Entered in the catalogue of refusals as that of all others is imported.
"""

from policies.refusing import DutyRefusal, Refusal


class OwnRole(DutyRefusal):
    """Nobody assigns or ends a role of their own: somebody else who may has to do it."""

    code = "own-role"


class OwnAccount(DutyRefusal):
    """Nobody closes or opens their own account: another administrator has to do it."""

    code = "own-account"


class OtherAgreement(DutyRefusal):
    """This person takes part in another agreement too, which you do not administer."""

    code = "other-agreement"


class BadPerson(Refusal):
    """A person has an id of small letters and digits, a name, and an e-mail address."""

    code = "bad-person"


class TooManyRefused(Refusal):
    """Too many tries of this person were refused within a minute: wait, and ask for the role."""

    code = "too-many-refused"


class UnknownScope(Refusal):
    """A role is held over the agreement, or over a block, outcome or indicator of it."""

    code = "unknown-scope"


class RoleNotHeld(Refusal):
    """This person does not hold this role over this scope."""

    code = "role-not-held"


class RolesRemain(Refusal):
    """A person who goes to another partner gives up the roles they hold for the former one."""

    code = "roles-remain"


class RoleHeld(Refusal):
    """This person holds this role already, on the same days."""

    code = "role-held"
