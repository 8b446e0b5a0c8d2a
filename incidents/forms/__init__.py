from .decisions import AddEvidenceForm, AssessForm, AssignForm, CloseForm, ReopenForm
from .log import LogForm
from .more import MoreForm
from .report import EditForm

__all__ = [
    "AddEvidenceForm",
    "AssessForm",
    "AssignForm",
    "CloseForm",
    "EditForm",
    "LogForm",
    "MoreForm",
    "ReopenForm",
]
