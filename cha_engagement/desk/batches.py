from collections.abc import Iterable, Iterator


def in_batches(keys: Iterable[int], size: int) -> Iterator[list[int]]:
    """Yield keys in their order, so many at a time."""
    ordered = sorted(keys)
    for start in range(0, len(ordered), size):
        yield ordered[start : start + size]
