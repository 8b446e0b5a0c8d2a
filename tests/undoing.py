"""Try something and go on as if it had not been."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction


@contextmanager
def undone() -> Iterator[None]:
    """Take back what is done to the database within, so that one record serves for many rows of a table."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
