from .agreement import AnswerForm, AskForm
from .facts import EditForm, LogForm
from .restorative import CompleteForm, DropForm, RestoreForm
from .steps import AddEvidenceForm, AssessForm, AssignForm, CloseForm, ReopenForm

__all__ = [
    "AddEvidenceForm",
    "AnswerForm",
    "AskForm",
    "AssessForm",
    "AssignForm",
    "CloseForm",
    "CompleteForm",
    "DropForm",
    "EditForm",
    "LogForm",
    "ReopenForm",
    "RestoreForm",
]
