from collections.abc import Iterable, Iterator
from typing import TypeVar

Key = TypeVar("Key", int, tuple[int, int])


def sorted_batches(keys: Iterable[Key], size: int) -> Iterator[list[Key]]:
    """Yield keys in their order, so many at a time."""
    ordered = sorted(keys)
    for start in range(0, len(ordered), size):
        yield ordered[start : start + size]
