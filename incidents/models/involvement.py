from typing import Any

from cha_engagement.core.reasons import ReasonField
from cha_engagement.core.records import LONG


class InvolvementReasonField(ReasonField):
    """A manager's reason to decide on what they had a part in: nobody else was there. Policy §13."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        own = {
            "max_length": LONG,
            "blank": True,
            "missing": "Say why you decide this though you had a part in it.",
            "paragraph": "13",
        }
        super().__init__(*args, **{**own, **kwargs})
