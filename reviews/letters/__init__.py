"""Letters about reviews and appeals. What a restriction says of itself comes from `restrictions.letters`."""

from . import appeal, review, verdict

__all__ = ["appeal", "review", "verdict"]
