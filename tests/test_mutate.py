"""`./dev mutate` in a small project: one refusal that a test misses, and others that none does."""

import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from time import sleep

import pytest
from mutate.forks import run_apart

TOOLS = Path(__file__).resolve().parent.parent / "docs"

SOURCES = {
    "pyproject.toml": """
        [tool.importlinter]
        root_packages = ["shop"]
        [tool.pytest.ini_options]
        markers = ["browser"]
        pythonpath = ["."]
    """,
    "shop/__init__.py": "",
    "shop/refusals.py": """
        class Refusal:
            def __init__(self, sentence):
                self.sentence = sentence
    """,
    "shop/rules.py": """
        from .refusals import Refusal

        CHOICES = {"size": Refusal("Choose a size."), "colour": Refusal("Choose a colour.")}

        def may_buy(age) -> Refusal | None:
            if age < 18:
                return Refusal("You are too young.")
            if age > 120:
                sentence = f"Nobody is {age}."
                return Refusal(sentence)
            return None

        def check_choices(order) -> list[Refusal]:
            return [refusal for name, refusal in CHOICES.items() if name not in order]

        def check_address(order) -> list[Refusal]:
            return [refusal for refusal in (check_street(order), check_town(order)) if refusal]

        def check_street(order) -> Refusal | None:
            return None if order.get("street") else Refusal("Say which street.")

        def check_town(order) -> Refusal | None:
            return None if order.get("town") else Refusal("Say which town.")
    """,
    "tests/test_shop.py": """
        from shop.rules import check_address, check_choices, may_buy

        def test_children_may_not_buy():
            assert may_buy(17)

        def test_adults_may_buy():
            assert not may_buy(18)

        def test_nothing_is_asked_about_age():
            may_buy(121)

        def test_a_street_is_needed():
            assert check_address({"town": "Leith"})

        def test_choices_are_needed():
            assert check_choices({"colour": "red"})
    """,
}
FILES = {path: dedent(text).lstrip() for path, text in SOURCES.items()}

SURVIVORS = """
shop/rules.py:3
    shop.rules: Choose a colour.
    no test meets it

shop/rules.py:10
    shop.rules.may_buy: Nobody is {age}.
    tests/test_shop.py::test_nothing_is_asked_about_age meets it, and passes without it

shop/rules.py:17
    shop.rules.check_address: check_town(order)
    no test meets it

shop/rules.py:23
    shop.rules.check_town: Say which town.
    no test meets it

9 refusals: 5 are missed by a test, 0 are explained, 4 survive
"""
EXPLAINED = [
    ("shop.rules", "Choose a colour."),
    ("shop.rules.may_buy", "Nobody is {age}."),
    ("shop.rules.check_address", "check_town(order)"),
    ("shop.rules.check_town", "Say which town."),
]


@pytest.fixture
def project(tmp_path):
    for path, text in FILES.items():
        write(tmp_path / path, text)
    return tmp_path


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def explain(project, *refusals):
    entry = "[[explained]]\nrule = {}\nrefusal = {}\nreason = 'Nobody is that old.'\n"
    entries = [entry.format(repr(rule), repr(refusal)) for rule, refusal in refusals]
    write(project / "tests" / "mutants.toml", "\n".join(entries))


def mutate(project, *names):
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(TOOLS)}
    command = [sys.executable, "-m", "mutate", str(project / "kept"), *names]
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, timeout=60)


def test_refusals_that_no_test_misses_are_printed(project):
    ended = mutate(project)
    assert ended.stdout.endswith(SURVIVORS)
    assert ended.returncode == 1
    assert {path: (project / path).read_text() for path in FILES} == FILES  # the working tree stays as it is


def test_what_is_explained_may_survive(project):
    explain(project, *EXPLAINED)
    ended = mutate(project)
    assert "5 are missed by a test, 4 are explained, 0 survive" in ended.stdout
    assert ended.returncode == 0


def test_an_explanation_that_nothing_needs_is_taken_out(project):
    explain(project, *EXPLAINED, ("shop.rules.may_buy", "You are too young."))
    ended = mutate(project)
    assert "no longer needed\n    shop.rules.may_buy: You are too young." in ended.stdout
    assert ended.returncode == 1


def test_only_tests_that_changed_are_run_again(project):
    assert "running 1 files" in mutate(project).stdout
    assert "running" not in mutate(project).stdout
    guard = "from shop.rules import check_town\n\ndef test_a_town_is_needed():\n    assert check_town({})\n"
    write(project / "tests" / "test_town.py", guard)
    ended = mutate(project)
    assert "running 1 files" in ended.stdout
    assert "3 survive" in ended.stdout


def test_nothing_is_tried_while_a_test_fails(project):
    write(project / "tests" / "test_broken.py", "def test_broken():\n    assert False\n")
    ended = mutate(project)
    assert "test_broken.py::test_broken" in ended.stdout
    assert "refusals" not in ended.stdout
    assert ended.returncode == 2


def test_only_the_rules_that_are_named_are_tried(project):
    write(project / "shop" / "stock" / "rules.py", "")
    assert "\n0 refusals" in mutate(project, "stock").stdout
    assert "no rules are in cellar" in mutate(project, "cellar").stderr


def test_a_rule_that_waits_for_ever_without_its_refusal_is_missed():
    jobs = [0, 60]
    assert dict(run_apart(jobs, sleep, lambda _: 0.5)) == {0: None, 60: None}
