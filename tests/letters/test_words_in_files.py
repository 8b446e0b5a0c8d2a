"""The sentences of letters stand in `templates/letters/`, and none of them in Python."""

import ast
import re

import pytest
from django.conf import settings

from cha_engagement.customers.enums import AlwaysOpen, NeedCode
from cha_engagement.letters.interfaces import letter_kinds
from cha_engagement.letters.rendering.markdown import placeholder_names
from cha_engagement.organisation.standard_texts import INITIAL_TEXTS
from restrictions.kinds import KINDS

WORDS = settings.BASE_DIR / "templates" / "letters"
APPS = ("cha_engagement", "incidents", "restrictions", "reviews")
FOR_STAFF = {"actions", "demo", "forms", "migrations", "queries", "rules", "views"}
"""Folders whose sentences are for staff, whatever their modules are called."""

KIND_TO_CUSTOMER = {
    "additional_route",
    "channel_limits",
    "letter_data",
    "letter_paragraph",
    "new_complaints",
    "person_to_ask_for",
}
"""What a kind of restriction says to customers; all else in `restrictions/kinds/` is for forms, cards and pages."""

CALLS_FOR_STAFF = {
    "Refusal",
    "TypeError",
    "ValueError",
    "compile",
    "exception",
    "link_letter",
    "missing_detail",
    "required_placeholder",
    "required_section",
}
KEYWORDS_FOR_STAFF = {"detail", "title"}
"""What an Administrator is asked to fill in, and the names of kinds of letter."""
FUNCTIONS_FOR_STAFF = re.compile(r"check_|may_|missing_detail$|record_facts$|incident_facts$|report_summary$")
"""Those that refuse, and what a second reader sees beside a letter."""


def modules_about_letters():
    """Return the modules from which letters are made: those of letters, kinds of restriction and the contact plan."""
    for path in sorted(path for app in APPS for path in (settings.BASE_DIR / app).rglob("*.py")):
        folders = set(path.relative_to(settings.BASE_DIR).parent.parts)
        if folders & FOR_STAFF:
            continue
        is_ours = {"cha_engagement", "letters"} <= folders
        if (
            path.name in ("letters.py", "contact_plan.py")
            or "kinds" in folders
            or ("rendering" in folders if is_ours else "letters" in folders)
        ):
            yield path


MODULES = {str(path.relative_to(settings.BASE_DIR)): path for path in modules_about_letters()}


def names_of_placeholders():
    files = (path.read_text() for path in WORDS.glob("*.md"))
    return {name for text in (*files, *INITIAL_TEXTS.values()) for name in placeholder_names(text)} | {
        *INITIAL_TEXTS
    }


def literal(node):
    """Return the text that a node of the syntax tree is, with an ellipsis for each value in it."""
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "…" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def name_of(node):
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def is_for_staff(node):
    if isinstance(node, ast.Call):
        return name_of(node.func) in CALLS_FOR_STAFF
    if isinstance(node, ast.FunctionDef):
        return FUNCTIONS_FOR_STAFF.match(node.name)
    if isinstance(node, ast.keyword):
        return node.arg in KEYWORDS_FOR_STAFF
    return isinstance(node, ast.Expr) and literal(node.value) is not None  # a docstring


def phrases(node, known):
    """Yield the line and the words of each text below a node that has three words or more, and is not for staff."""
    if is_for_staff(node):
        return
    text = literal(node)
    if text is None:
        for child in ast.iter_child_nodes(node):
            yield from phrases(child, known)
    elif sum(any(map(str.isalpha, word)) for word in text.split()) >= 3 and text not in known:
        yield node.lineno, text


def functions_to_customers(trees):
    """Return the functions of kinds of restriction that speak to customers, and all in these modules that they call."""
    functions = {}
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                functions.setdefault(node.name, []).append(node)
    visited, to_visit = set(), set(KIND_TO_CUSTOMER)
    while to_visit:
        visited |= to_visit
        called = {
            name_of(node) for name in to_visit for function in functions[name] for node in ast.walk(function)
        }
        to_visit = called & functions.keys() - visited
    return [function for name in visited for function in functions[name]]


def sentences_in_python(sources):
    """Return what stands in these modules, by their names, that a letter should take from a file."""
    known = names_of_placeholders()
    trees = {name: ast.parse(source) for name, source in sources.items()}
    kinds = [tree for name, tree in trees.items() if "/kinds/" in name]
    for function in functions_to_customers(kinds):
        function.speaks_to_customers = True
    lines = []
    for name, tree in trees.items():
        roots = [tree]
        if tree in kinds:
            roots = [node for node in ast.walk(tree) if hasattr(node, "speaks_to_customers")]
        lines += [f"{name}:{line}: {text}" for root in roots for line, text in phrases(root, known)]
    return lines


@pytest.fixture(scope="module")
def sources():
    return {name: path.read_text() for name, path in MODULES.items()}


@pytest.mark.policy("61.1", "61.3")
def test_no_sentence_to_customers_stands_in_python(sources):
    sentences = "\n".join(sentences_in_python(sources))
    assert not sentences, (
        f"\n{sentences}\nWhat a letter says stands in a Markdown file below templates/letters/. Let Python hand it dates, names and lists, by "
        "`render_markdown` or `render_placeholders`. Words for staff belong in a refusal, a form or a card."
    )


def test_a_sentence_in_any_module_about_letters_is_found(sources):
    added = '\n\ndef say_more(day):\n    return f"We will write on {day}."\n'
    longer_sources = {
        name: source if "/kinds/" in name else source + added for name, source in sources.items()
    }
    modules = {line.split(":")[0] for line in sentences_in_python(longer_sources)}
    assert modules == {name for name in sources if "/kinds/" not in name}


def test_a_sentence_that_a_kind_says_to_customers_is_found(sources):
    """It is found in each method that speaks to them, and in what these call."""
    name = "restrictions/kinds/other.py"
    added = "\n\ndef other_words(day):\n    return 'Please ' 'call us.'\n\nclass Another(RestrictionKind):"
    for method in sorted(KIND_TO_CUSTOMER):
        added += f"\n    def {method}(self, day):\n        return other_words(day) or f'{method}: we write on {{day}}.'"
    lines = sentences_in_python(sources | {name: sources[name] + added})
    texts = {f"{method}: we write on …." for method in KIND_TO_CUSTOMER} | {"Please call us."}
    assert {line.split(": ", 1)[1] for line in lines} == texts


@pytest.mark.parametrize("code", KINDS)
def test_each_kind_of_restriction_has_a_file_of_words(code):
    assert (WORDS / "kinds" / f"{code}.md").exists(), (
        f"Say what “{code}” means to its customer in templates/letters/kinds/{code}.md: `letter_data` fills it in."
    )


@pytest.mark.parametrize("kind", letter_kinds().values(), ids=lambda kind: kind.code)
def test_each_kind_of_letter_has_a_file_of_words(kind):
    assert (settings.BASE_DIR / "templates" / kind.template).exists(), (
        f"Write what “{kind.title}” begins with in templates/{kind.template}."
    )


def test_every_file_of_words_is_used():
    """It is named by Python or by another file, or is that of a placeholder, a kind of letter or a kind of restriction."""
    python = "".join(path.read_text() for app in APPS for path in (settings.BASE_DIR / app).rglob("*.py"))
    files = {f"letters/{path.relative_to(WORDS)}": path for path in WORDS.rglob("*.md")}
    used = {kind.template for kind in letter_kinds().values()}
    used |= {f"letters/kinds/{code}.md" for code in KINDS}
    used |= {f"letters/needs/{code}.md" for code in NeedCode}
    used |= {f"letters/always_open/{matter}.md" for matter in AlwaysOpen}
    texts = python + "".join(path.read_text() for path in files.values())
    unused = [
        name
        for name, path in files.items()
        if name not in used and name not in texts and f'"{path.stem.replace("_", " ")}"' not in python
    ]
    assert not unused, (
        f"Nothing says {', '.join(unused)}: give a kind of letter in `letter_kinds` of a desk, or take the file away."
    )
