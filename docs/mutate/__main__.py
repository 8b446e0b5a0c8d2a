"""Take each refusal away from the rules in turn, run the tests that meet it, and print those that no test misses.

./dev mutate [path or app ...]      all rules, or those in these folders, files or apps

The first run, and each one after a change of the code, runs all tests but the browser's to see which refusals they meet. The list
stays in `var/mutate`. A survivor has a test written for it, or a reason in `tests/mutants.toml`; otherwise this ends with 1.
"""

import sys
from pathlib import Path

import pytest

from .mutants import Mutant, choose_rules, find_mutants
from .records import Records
from .survivors import read_explanations, report
from .switches import install
from .trials import Trials


def run(root: Path, data: Path, mutants: list[Mutant]) -> int:
    trials = Trials(mutants, Records(root, data / "records.json"), install(root))
    # Its own tests run something apart, which nothing can that runs apart itself.
    options = ["-qq", "-p", "no:cacheprovider", "-m", "not browser", "--ignore=tests/test_mutate.py"]
    ended = pytest.main([f"--rootdir={root}", *options], plugins=[trials])
    if ended != pytest.ExitCode.OK:
        return int(ended)
    if trials.failures:
        print("\n\n".join(trials.failures), "\nThese fail as they are: mend them first.", sep="\n")
        return 2
    return 0 if report(trials.done, read_explanations(root)) else 1


def main(data: str, *names: str) -> int:
    root = Path.cwd()
    try:
        paths = choose_rules(root, list(names))
    except LookupError as nothing:
        print(f"./dev mutate: {nothing}", file=sys.stderr)
        return 2
    return run(root, Path(data), [mutant for path in paths for mutant in find_mutants(root, path)])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
