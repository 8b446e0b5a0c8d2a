"""The modules of this application as syntax trees, for tests that look at all the code there is of a kind."""

import ast
from pathlib import Path

from django.conf import settings

OURS = ("cha_engagement", "incidents", "restrictions", "reviews")


def modules_of_ours():
    """Yield each module of ours by its dotted name, with its syntax tree."""
    base = Path(settings.BASE_DIR)
    for name in OURS:
        for path in (base / name).rglob("*.py"):
            if not {"demo", "migrations"}.intersection(path.parts):
                dotted = ".".join(path.relative_to(base).with_suffix("").parts).removesuffix(".__init__")
                yield dotted, ast.parse(path.read_text())


def calls_in(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
