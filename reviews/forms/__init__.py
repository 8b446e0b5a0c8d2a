from .appeal import AcknowledgeForm, LogForm, SubstituteForm, SuspendForm, WithdrawForm
from .review import HoldForm
from .verdict import DecideForm
from .version import version_fields

__all__ = [
    "AcknowledgeForm",
    "DecideForm",
    "HoldForm",
    "LogForm",
    "SubstituteForm",
    "SuspendForm",
    "WithdrawForm",
    "version_fields",
]
