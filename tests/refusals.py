"""What an action refuses."""

from collections.abc import Callable
from typing import Any

import pytest

from cha_engagement.core.refusals import Incomplete


def refused_fields(action: Callable[[], Any]) -> list[str]:
    """Return the fields that an action refuses, which it must."""
    with pytest.raises(Incomplete) as refused:
        action()
    return [refusal.field for refusal in refused.value.refusals]
