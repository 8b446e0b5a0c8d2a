from .appeal import AcknowledgeForm, LogForm, SubstituteForm, SuspendForm, WithdrawForm
from .late_promise import LateAnswerForm
from .review import HoldForm
from .verdict import DecideForm
from .version import version_fields

__all__ = [
    "AcknowledgeForm",
    "DecideForm",
    "HoldForm",
    "LateAnswerForm",
    "LogForm",
    "SubstituteForm",
    "SuspendForm",
    "WithdrawForm",
    "version_fields",
]
