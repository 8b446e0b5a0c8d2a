from .decisions import AddEvidenceForm, AssessForm, AssignForm, CloseForm, ReopenForm
from .more import MoreForm
from .report import EditForm, LogForm

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
