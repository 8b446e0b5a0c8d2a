from typing import Any

from django.db import models


class DerivedCharField(models.CharField):
    """A text that follows from a record by itself: it is worked out anew whenever the record is saved.

    Nobody types it, and no history keeps it: what it follows from is kept there.
    """

    is_derived = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"editable": False, "blank": True, "default": ""}
        super().__init__(*args, **kwargs)

    def derive(self, record: Any) -> str:
        """Return what it is now. Each field says so itself."""
        raise NotImplementedError

    def pre_save(self, record: Any, add: bool) -> str:
        value = self.derive(record)[: self.max_length]
        setattr(record, self.attname, value)
        return value


def is_derived(field: Any) -> bool:
    return getattr(field, "is_derived", False)
