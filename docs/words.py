"""Print all words on screens, in letters and in emails, in one list by where they stand: to be read as a whole, after many have changed.

.venv/bin/python docs/words.py

A sentence with values in it has these in braces. A string without a blank that begins with a small letter is taken for code, and left out.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
APPS = ("cha_engagement", "incidents", "restrictions", "reviews")
NOT_SHOWN = {
    "migrations",
    "demo",
    "management",
    "requirements",
    "settings.py",
    "planning.py",
    "statements.py",
}
CODE = re.compile(r"\\|\(\?|\b(?:SELECT|PRAGMA|INDEX|WHERE|INSERT)\b|govuk-|[a-z][A-Z]")
WORDS = re.compile(r"[A-Za-z]\s|\s[A-Za-z]|^[A-Z][a-z]")
SHOWN_ATTRIBUTES = re.compile(
    r"""\b(?:aria-label|placeholder|title|text|label|caption|alt)=["']([^"'{}]+)["']"""
)


def words_in_python(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the strings of a module that read as words; no docstrings and no code."""
    tree = ast.parse(path.read_text())
    parts = {part for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    docstrings = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            text = ast.unparse(node)[2:-1]
        elif (
            isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in parts | docstrings
        ):
            text = node.value
        else:
            continue
        if WORDS.search(text) and not CODE.search(text):
            yield node.lineno, " ".join(text.split())


def words_in_template(path: Path) -> Iterator[tuple[int, str]]:
    """Yield what each line of a template shows, its tags left out."""
    text = re.sub(r"(?s){#.*?#}|{% comment.*?endcomment %}", "", path.read_text())
    for number, line in enumerate(text.splitlines(), 1):
        for words in SHOWN_ATTRIBUTES.findall(line):
            yield number, words
        shown = re.sub(r"{%.*?%}|<[^>]*>", " ", line)
        if re.search(r"[A-Za-z]{2}", re.sub(r"{{.*?}}", "", shown)):
            yield number, " ".join(shown.split())


def main() -> None:
    files = [path for app in APPS for path in sorted((ROOT / app).rglob("*.py"))]
    files += sorted(path for path in (ROOT / "templates").rglob("*.*"))
    for path in files:
        if NOT_SHOWN & set(path.parts):
            continue
        words = words_in_python(path) if path.suffix == ".py" else words_in_template(path)
        if lines := [f"{number}: {text}" for number, text in sorted(words)]:
            print(f"\n{path.relative_to(ROOT)}", *lines, sep="\n")


if __name__ == "__main__":
    main()
