"""Remember which refusals each test meets, for as long as the code is the same."""

import hashlib
import json
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from .mutants import find_roots


@dataclass(slots=True)
class Observation:
    """An observation of a test: how long it took, in seconds, and the names of the mutants whose refusals it met."""

    seconds: float
    met: list[str]


@dataclass(slots=True)
class Record:
    """The observations of the tests of a file, with the code that `digest` stands for."""

    digest: str
    tests: dict[str, Observation]


class Records:
    """The records of all files of tests, by their path, in a file that stays for the next time."""

    def __init__(self, root: Path, kept: Path):
        self.root = root
        self.kept = kept
        self.shared = digest_files(list_shared(root))
        known = json.loads(kept.read_text()) if kept.exists() else {}
        self.records = {path: read_record(**record) for path, record in known.items()}

    def digest(self, path: str) -> str:
        """Return what changes with the application, with what all tests share, and with this file of tests."""
        return self.shared + digest_files([self.root / path])

    def is_known(self, path: str) -> bool:
        return path in self.records and self.records[path].digest == self.digest(path)

    def add(self, path: str, tests: dict[str, Observation]) -> None:
        self.records[path] = Record(self.digest(path), tests)

    def save(self, paths: Collection[str]) -> None:
        """Keep the records of these files, and forget those of others, which are no more."""
        self.records = {path: record for path, record in self.records.items() if path in paths}
        self.kept.parent.mkdir(parents=True, exist_ok=True)
        self.kept.write_text(json.dumps({path: asdict(record) for path, record in self.records.items()}))

    def tests_meeting(self, mutant: str) -> list[str]:
        """Return the tests that meet a refusal, those first which are soon run: a file's first test makes what the file shares."""
        meeting = []
        for record in self.records.values():
            start = next((test.seconds for test in record.tests.values()), 0)
            meeting += [
                (start, test.seconds, name) for name, test in record.tests.items() if mutant in test.met
            ]
        return [name for _, _, name in sorted(meeting)]

    def seconds(self, tests: list[str]) -> float:
        known = {name: test for record in self.records.values() for name, test in record.tests.items()}
        return sum(known[name].seconds for name in tests)


def read_record(digest: str, tests: dict[str, dict[str, float | list[str]]]) -> Record:
    return Record(digest, {name: Observation(**test) for name, test in tests.items()})  # type: ignore[arg-type]


def list_shared(root: Path) -> Iterator[Path]:
    """Yield the files that any test may depend on."""
    yield root / "pyproject.toml"
    for folder in [*find_roots(root), root / "templates", root / "tests"]:
        for path in sorted(folder.rglob("*")):
            is_test = folder.name == "tests" and path.name.startswith("test_")
            if path.is_file() and path.suffix != ".pyc" and not is_test:
                yield path


def digest_files(paths: Iterator[Path] | list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(str(path).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
