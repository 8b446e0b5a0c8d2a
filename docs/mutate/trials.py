"""Run the tests that meet a refusal without it: as a plugin of pytest, which has found them and made them ready."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest

import pytest
from _pytest.runner import runtestprotocol

from .forks import copied_database, run_apart
from .mutants import Mutant
from .records import Observation, Records
from .switches import Switches

LEAST_PATIENCE, PATIENCE = 60, 10
"""How long tests may take: seconds, and times as long as they did. Without a refusal a rule can wait for ever."""
LONGEST_FILE = 1800  # seconds, the first time

Recorded = tuple[dict[str, Observation], list[str]]


@dataclass(frozen=True, slots=True)
class Trial:
    """A mutant, the tests that meet its refusal, and whether one of them failed without it."""

    mutant: Mutant
    tests: list[str]
    noticed: bool


class Trials:
    """Takes the place of pytest's own loop. `failures` of the tests as they are leave nothing to be tried."""

    def __init__(self, mutants: Iterable[Mutant], records: Records, switches: Switches):
        self.mutants = list(mutants)
        self.records = records
        self.switches = switches
        self.items: dict[str, pytest.Item] = {}
        self.failures: list[str] = []
        self.done: list[Trial] = []

    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        if session.testsfailed:
            return None  # pytest says what it could not read
        self.items = {item.nodeid: item for item in session.items}
        self.make_ready()
        self.record()
        if not self.failures:
            self.try_mutants()
        return True

    def make_ready(self) -> None:
        """Run a test of the database: what it leaves for others, each copy of this process finds done."""
        items = list(self.items.values())
        using_it = (item for item in items if "django_db_setup" in getattr(item, "fixturenames", ()))
        run_test(next(using_it, items[0]), following=None)

    def record(self) -> None:
        """Run each file of tests that has changed, and keep which refusals its tests meet."""
        files: dict[str, list[str]] = {}
        for name in self.items:
            files.setdefault(name.split("::")[0], []).append(name)
        changed = [path for path in files if not self.records.is_known(path)]
        if changed:
            print(f"· running {len(changed)} files of tests, to see what they meet", flush=True)
        jobs = run_apart(changed, lambda path: self.observe(files[path]), lambda _: LONGEST_FILE)
        for path, recorded in jobs:
            observed, failures = recorded or ({}, [f"{path} came to no end"])
            self.failures += failures
            if not failures:
                self.records.add(path, observed)
        self.records.save(files)

    @copied_database()
    def observe(self, tests: list[str]) -> Recorded:
        observed, failures = {}, []
        began = time.perf_counter()
        for name, failed in self.run(tests):
            observed[name] = Observation(time.perf_counter() - began, sorted(self.switches.met))
            failures += failed
            self.switches.met.clear()
            began = time.perf_counter()
        return observed, failures

    def try_mutants(self) -> None:
        tests = {mutant: self.records.tests_meeting(mutant.name) for mutant in self.mutants}
        print(f"· taking away {len(self.mutants)} refusals, one at a time", flush=True)
        jobs = run_apart(
            [mutant for mutant in self.mutants if tests[mutant]],
            lambda mutant: self.is_noticed(mutant, tests[mutant]),
            lambda mutant: LEAST_PATIENCE + PATIENCE * self.records.seconds(tests[mutant]),
        )
        noticed = {mutant for mutant, result in jobs if result is not False}
        self.done = [Trial(mutant, tests[mutant], mutant in noticed) for mutant in self.mutants]

    @copied_database()
    def is_noticed(self, mutant: Mutant, tests: list[str]) -> bool:
        self.switches.off = mutant.name
        return any(failed for _, failed in self.run(tests))

    def run(self, tests: list[str]) -> Iterator[tuple[str, list[str]]]:
        """Run one test after the other, and yield its name and what failed."""
        items = [self.items[name] for name in tests]
        for item, following in zip_longest(items, items[1:]):
            yield item.nodeid, run_test(item, following)


def run_test(item: pytest.Item, following: pytest.Item | None) -> list[str]:
    """Run a test, keep what the following one shares with it, and return what failed. What all share is always kept."""
    kept = following or item.session
    reports = runtestprotocol(item, log=False, nextitem=kept)  # type: ignore[arg-type]
    return [f"{item.nodeid}\n{report.longreprtext}" for report in reports if report.failed]
