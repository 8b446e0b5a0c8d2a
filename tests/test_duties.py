"""Each duty that `docs/duties.md` lists has a test, and each mark in the tests is on the list."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DUTIES = (ROOT / "docs" / "duties.md").read_text()
ROWS = [
    re.split(r"\s*\|\s*", row.strip("| "))
    for row in re.findall(r"^\| (?!mark|---).*\|$", DUTIES, re.MULTILINE)
]
LISTED = {row[0] for row in ROWS}


def marked_paragraphs(source):
    """Every paragraph that a `policy` or `beyond` mark names, on a test, a parameter or a whole module."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Attribute(attr="policy" | "beyond", value=ast.Attribute(attr="mark"))):
                yield from map(ast.literal_eval, node.args)


def paragraphs_with_test():
    return {
        mark for path in (ROOT / "tests").rglob("test_*.py") for mark in marked_paragraphs(path.read_text())
    }


def test_every_duty_on_the_list_has_a_marked_test():
    assert sorted(LISTED - paragraphs_with_test()) == []


def test_every_mark_is_on_the_list():
    assert sorted(paragraphs_with_test() - LISTED) == []


def test_each_duty_is_listed_once_and_says_where_it_is_held():
    assert len(ROWS) == len(LISTED)
    for row in ROWS:
        paths = re.findall(r"`([^`]+)`", row[-1])
        assert paths, row[0]
        assert [path for path in paths if not (ROOT / path).exists()] == [], row[0]


def test_marks_are_found_on_tests_parameters_and_modules():
    source = """
import pytest
pytestmark = [pytest.mark.policy("22")]
@pytest.mark.policy("12", "13")
@pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.beyond("B2"))])
def test_it(x): ...
"""
    assert set(marked_paragraphs(source)) == {"22", "12", "13", "B2"}
