"""Say when and whom the rows of cases are about, and how many of them are open."""

from ..filling import BASE, DAY, chance, seconds_ago

OPEN = 300  # incidents on which something is to be done
STANDING = 400  # restrictions
UNFINISHED = 20  # of whatever else waits for somebody: letters, appeals, proposals


def random_moment(size: int, salt: int) -> str:
    """Return a moment of the last ten years in SQL: in the order of `n` but for some weeks, and recent for the last ones."""
    begin, every = seconds_ago(3650), 3600 * DAY // size
    long_ago = f"{begin} + n * {every} + {chance(salt, 40 * DAY)}"
    lately = f"{seconds_ago(0)} - {chance(salt, 30 * DAY)} - {DAY}"
    return f"CASE WHEN n > {size - OPEN} THEN {lately} ELSE {long_ago} END"


def random_customer(size: int, count: int, salt: int, each: int) -> str:
    """Return a customer's id in SQL: the first customer for `each` rows, a few customers for a quarter, anybody for the rest."""
    few, anybody = chance(salt, max(count // 50, 1)), chance(salt, count)
    return (
        f"CASE WHEN n % {size // each} = 7 THEN {BASE} WHEN n % 4 = 0 THEN {BASE} + {few} "
        f"ELSE {BASE} + {anybody} END"
    )
