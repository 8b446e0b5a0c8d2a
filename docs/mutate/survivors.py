"""Tell which refusals no test misses, and which of these are explained in `tests/mutants.toml`."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from .trials import Trial

EXPLANATIONS = Path("tests", "mutants.toml")


@dataclass(frozen=True, slots=True)
class Explanation:
    """A reason why no test has to miss a refusal of a rule: both as the tool prints them."""

    rule: str
    refusal: str
    reason: str

    def fits(self, trial: Trial) -> bool:
        return (self.rule, self.refusal) == (trial.mutant.rule, trial.mutant.refusal)


def read_explanations(root: Path) -> list[Explanation]:
    path = root / EXPLANATIONS
    entries = tomllib.loads(path.read_text()).get("explained", []) if path.exists() else []
    return [Explanation(**entry) for entry in entries]


def report(trials: list[Trial], explanations: Iterable[Explanation]) -> bool:
    """Print what survived, and return whether all of that is explained and every explanation is needed."""
    survivors = [trial for trial in trials if not trial.noticed]
    unexplained = [
        trial for trial in survivors if not any(explanation.fits(trial) for explanation in explanations)
    ]
    needless = [
        explanation
        for explanation in explanations
        if any(map(explanation.fits, trials)) and not any(map(explanation.fits, survivors))
    ]
    for trial in unexplained:
        print(describe(trial))
    for explanation in needless:
        print(f"\n{EXPLANATIONS}: no longer needed\n    {explanation.rule}: {explanation.refusal}")
    print(
        f"\n{len(trials)} refusals: {len(trials) - len(survivors)} are missed by a test, "
        f"{len(survivors) - len(unexplained)} are explained, {len(unexplained)} survive"
    )
    return not unexplained and not needless


def describe(trial: Trial) -> str:
    mutant, tests = trial.mutant, trial.tests
    met = f"{tests[0]} meets it, and passes without it" if tests else "no test meets it"
    if tests[1:]:
        met += f"; so do {len(tests) - 1} more"
    return f"\n{mutant.path}:{mutant.line}\n    {mutant.rule}: {mutant.refusal}\n    {met}"
