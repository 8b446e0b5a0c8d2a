from .adjustments import AgreeAdjustmentForm, EndAdjustmentForm, SignpostForm
from .confirmation import confirmation_fields, drop_how_unconfirmed
from .details import AddCustomerForm, AssignForm, ChangeCustomerForm
from .merging import ChooseOtherRecordForm, MergeForm, UnmergeForm

__all__ = [
    "AddCustomerForm",
    "AgreeAdjustmentForm",
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
