from .adjustments import AgreeAdjustmentForm, EndAdjustmentForm, SignpostForm
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
]
