from .decisions import AddEvidenceForm, AssessForm, AssignForm, CloseForm, ReopenForm
from .report import EditForm, LogForm

__all__ = [
    "AddEvidenceForm",
    "AssessForm",
    "AssignForm",
    "CloseForm",
    "EditForm",
    "LogForm",
    "ReopenForm",
]
