"""The documents are right: links lead somewhere, buttons are called so, settings and accounts are all there."""

import re
from pathlib import Path

import pytest
from django.apps import apps

from cha_engagement.core.labels import field_label
from cha_engagement.demo.staff import ACCOUNTS
from cha_engagement.staff.checks import DEMO_PASSWORD

ROOT = Path(__file__).resolve().parent.parent
GUIDE = sorted((ROOT / "docs" / "user-guide").glob("*.md"))
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
APPS = ("cha_engagement", "incidents", "restrictions", "reviews")


def name(path):
    return str(path.relative_to(ROOT))


@pytest.fixture(scope="module")
def screen_words():
    """All that pages could say: templates, labels and messages."""
    sources = [
        *(ROOT / "templates").rglob("*.html"),
        *(path for app in APPS for path in (ROOT / app).rglob("*.py")),
    ]
    labels = [field_label(model, field.name) for model in apps.get_models() for field in model._meta.fields]
    return " ".join([*(re.sub(r"<[^>]+>", " ", path.read_text()) for path in sources), *labels])


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_link_leads_to_a_file(document):
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", document.read_text())
    assert [link for link in links if "://" not in link and not (document.parent / link).exists()] == []


@pytest.mark.parametrize("guide", GUIDE, ids=name)
def test_what_the_user_guide_says_to_press_is_called_so(guide, screen_words):
    pressed = {
        " ".join(words.split()) for words in re.findall(r"\*\*(.+?)\*\*", guide.read_text(), re.DOTALL)
    }
    assert [words for words in sorted(pressed) if words not in screen_words] == []


def test_the_user_guide_has_a_page_for_each_role():
    assert {guide.stem for guide in GUIDE} == {
        "README", "officer", "manager", "management-team", "executive", "data-protection", "administrator",
    }  # fmt: skip


def test_the_readme_names_every_account_of_the_demonstration():
    readme = (ROOT / "README.md").read_text()
    assert {account.username for account in ACCOUNTS} <= set(re.findall(r"`(\w+)`", readme))
    assert DEMO_PASSWORD in readme


def test_the_commands_that_documents_name_are_there():
    known = re.findall(r"^(\w+)\) ", (ROOT / "dev").read_text(), re.MULTILINE)
    named = {verb for document in DOCUMENTS for verb in re.findall(r"`?\./dev (\w+)", document.read_text())}
    assert named <= set(known)


def test_every_setting_from_the_environment_is_explained():
    settings = (ROOT / "cha_engagement" / "settings.py").read_text()
    read = re.findall(r"env\.\w+\(\s*\"(\w+)\"", settings)
    explained = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "operations.md").read_text(), re.MULTILINE)
    assert sorted(read) == sorted(explained)
