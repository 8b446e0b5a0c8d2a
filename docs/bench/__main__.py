"""Measure what pages cost at two sizes: a demonstration, and around it an association of 500 staff with ten years of cases.

./dev bench [size ...]      10,000 and 1,000,000 incidents on SQLite, 10,000 and 100,000 on PostgreSQL, where none is given

The data stay in `var/bench`, so that the next run only measures. Prints for each page and each role the queries, the processor's time,
how often that is the time of a bare page (F), and by how much it has grown from the smallest size to the largest.
"""

import json
import logging
import os
import sys
from dataclasses import asdict
from pathlib import Path

from demonstration import begin

RESULTS = "measured.json"


def place(kept: Path, vendor: str, size: int) -> Path:
    return kept / f"{vendor}-{size}"


def measure(kept: Path, vendor: str, size: int, only: str) -> None:
    """Make what is not there yet, and measure it."""
    folder = place(kept, vendor, size)
    os.environ["SESSION_IDLE_MINUTES"] = "480"  # whose turn it is not stays signed in
    begin(folder)
    logging.disable(logging.INFO)  # a line for each request would bury what is measured

    from django.core.management import call_command

    from cha_engagement.customers.models import Customer

    from . import data, keeping, measuring, pages

    if not Customer.objects.exists():
        call_command("demo")
        data.build_association(size)
        keeping.mark_unsettled()
        keeping.keep_rows()
    keeping.settle()
    floor = measuring.bare_page(pages.Asker("manager").user)
    results = {}
    for promise, who, what, ask in pages.lines():
        name = f"{promise} | {who} | {what}"
        if only not in name:
            continue
        try:
            measured = measuring.measure(ask, floor)
        except measuring.Elsewhere:
            continue
        results[name] = asdict(measured)
        took = f"{measured.took:.1f} ms" if measured.queries else "given up"
        print(
            f"{vendor} {size:,}: {name}: {measured.queries} queries, {took}, {measured.ratio:.1f} F",
            flush=True,
        )
    (folder / RESULTS).write_text(json.dumps(results))


def compare(kept: Path, vendor: str, sizes: list[int]) -> None:
    from .measuring import Measured

    results = [
        {
            name: Measured(**values)
            for name, values in json.loads((place(kept, vendor, size) / RESULTS).read_text()).items()
        }
        for size in sizes
    ]
    print(f"\n{vendor}: from {' to '.join(f'{size:,}' for size in sizes)} incidents\n")
    times = [f"ms at {size:,} | F" for size in sizes]
    print(f"| promise | who | what | queries | {' | '.join(times)} | growth |")
    print("| --- " * (5 + 2 * len(sizes)) + "|")
    for name in results[0]:
        every = [result[name] for result in results if name in result]
        cells = [
            f"{values.took:.1f} | {values.ratio:.1f}" if values.queries else "given up | " for values in every
        ]
        first, last = every[0], every[-1]
        growth = f"{last.ratio / first.ratio:.2f}" if first.queries and last.queries else ""
        print(f"| {name} | {last.queries or first.queries} | {' | '.join(cells)} | {growth} |")


def main(kept: str, vendor: str, verb: str, *rest: str) -> None:
    if verb == "compare":
        compare(Path(kept), vendor, [int(size) for size in rest])
    else:
        measure(Path(kept), vendor, int(verb), rest[0] if rest else "")


if __name__ == "__main__":
    main(*sys.argv[1:])
