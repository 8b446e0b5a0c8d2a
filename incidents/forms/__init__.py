from .assess import AssessForm
from .decisions import (
    AddEvidenceForm,
    AssignForm,
    CloseForm,
    ConfirmDangerForm,
    ContestPartForm,
    ReopenForm,
    SettlePartForm,
)
from .log import LogForm
from .more import MoreForm
from .report import EditForm

__all__ = [
    "AddEvidenceForm",
    "AssessForm",
    "AssignForm",
    "CloseForm",
    "ConfirmDangerForm",
    "ContestPartForm",
    "EditForm",
    "LogForm",
    "MoreForm",
    "ReopenForm",
    "SettlePartForm",
]
