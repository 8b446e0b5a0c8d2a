"""The measures that can be taken, one module each. A new one is a module and a line here."""

from cha_engagement.core.refusals import Refusal
from cha_engagement.staff.models import StaffMember

from .blocked import BlockAccount, BlockEmail
from .channel import Ways
from .complaints_process import ComplaintsProcess
from .kind import Kind
from .named_contact import NamedContact
from .no_recording_pause import NoRecordingPause
from .other import Other
from .third_party import ThirdParty
from .volume import Volume
from .withhold_staff_details import WithholdStaffDetails

KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        NoRecordingPause(),
        WithholdStaffDetails(),
        BlockAccount(),
        BlockEmail(),
        Volume(),
        Ways(),
        NamedContact(),
        ThirdParty(),
        ComplaintsProcess(),
        Other(),
    )
}
"""By code, from the least to the most restrictive; last what is made for one customer. Policy §14."""


def may_use(user: StaffMember, kind: str) -> Refusal | None:
    """What a kind asks of those who take a step on it. Policy §54."""
    permission = KINDS[kind].permission
    return KINDS[kind].refusal if permission and not user.has_perm(permission) else None
