"""The measures that can be taken, one module each. A new one is a module and a line here."""

from cha_engagement.policy import Refusal
from cha_engagement.staff.models import StaffMember

from .channel import Ways
from .complaints_process import ComplaintsProcess
from .kind import Kind
from .named_contact import NamedContact
from .volume import Volume

KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        Volume(),
        Ways(),
        NamedContact(),
        ComplaintsProcess(),
    )
}
"""By code, from the least to the most restrictive. Policy §14."""


def may_use(user: StaffMember, kind: str) -> Refusal | None:
    """What a kind asks of those who take a step on it. Policy §54."""
    permission = KINDS[kind].permission
    return KINDS[kind].refusal if permission and not user.has_perm(permission) else None
