from .appeal import AcknowledgeForm, LogForm, SubstituteForm, SuspendForm, WithdrawForm
from .late_promise import LateAnswerForm
from .review import CheckReviewForm, HoldForm
from .verdict import CheckVerdictForm, DecideForm
from .version import version_fields

__all__ = [
    "AcknowledgeForm",
    "CheckReviewForm",
    "CheckVerdictForm",
    "DecideForm",
    "HoldForm",
    "LateAnswerForm",
    "LogForm",
    "SubstituteForm",
    "SuspendForm",
    "WithdrawForm",
    "version_fields",
]
