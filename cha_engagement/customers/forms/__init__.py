from .adjustments import AgreeAdjustmentForm, EndAdjustmentForm, SignpostForm
from .confirmation import confirmation_fields, drop_how_unconfirmed
from .details import AddCustomerForm, AssignForm, ChangeCustomerForm
from .merging import AskUnmergeForm, ChooseOtherRecordForm, MergeForm, UnmergeForm

__all__ = [
    "AddCustomerForm",
    "AgreeAdjustmentForm",
    "AskUnmergeForm",
    "AssignForm",
    "ChangeCustomerForm",
    "ChooseOtherRecordForm",
    "EndAdjustmentForm",
    "MergeForm",
    "SignpostForm",
    "UnmergeForm",
    "confirmation_fields",
    "drop_how_unconfirmed",
]
