"""Let 400 days pass from the demonstration on, and print what waits then, for whom, and what nobody was told.

./dev years [effort ...]    nobody, half, everybody: how many of the tasks that wait are done, and whether anything new comes in

Each effort has a demonstration in a place of its own in `var/years`, made anew. Ends with 1 where something was lost on the way.
"""

import logging
import shutil
import sys
from pathlib import Path

from demonstration import prepare

DAYS = 400
CHECKED = (1, 7, 30, 90, 365)
"""The days on which it is counted what waits."""


def main(kept: str, effort: str) -> int:
    folder = Path(kept) / effort
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    prepare(folder)
    logging.disable(logging.WARNING)  # a line for whatever is done in a year would bury what is printed

    from . import days, telling

    seen = days.pass_days(DAYS, effort, CHECKED)
    for line in telling.lines_of(effort, seen):
        print(line)
    return 1 if telling.faults(seen) else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
