from .facts import EditForm, LogForm
from .steps import AddEvidenceForm, AssessForm, AssignForm, CloseForm, ReopenForm

__all__ = [
    "AddEvidenceForm",
    "AssessForm",
    "AssignForm",
    "CloseForm",
    "EditForm",
    "LogForm",
    "ReopenForm",
]
