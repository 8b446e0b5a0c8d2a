"""The kinds of restriction, one module each. A new one is a module and a line here."""

from restrictions.kinds.closed_channels import ClosedChannels
from restrictions.kinds.kind import RestrictionKind

from .blocking import BlockAccount, BlockEmail
from .complaints_process import ComplaintsProcess
from .named_contact import NamedContact
from .no_recording_pause import NoRecordingPause
from .other import Other
from .third_party import ThirdParty
from .volume import Volume
from .withhold_staff_details import WithholdStaffDetails

KINDS: dict[str, RestrictionKind] = {
    kind.code: kind
    for kind in (
        NoRecordingPause(),
        WithholdStaffDetails(),
        BlockAccount(),
        BlockEmail(),
        Volume(),
        ClosedChannels(),
        NamedContact(),
        ThirdParty(),
        ComplaintsProcess(),
        Other(),
    )
}
"""By code, from the least to the most restrictive; last what is made for one customer. Policy §14."""

KIND_PERMISSIONS = tuple(dict.fromkeys(kind.permission for kind in KINDS.values() if kind.permission))
"""The permissions that kinds ask on top of others."""
