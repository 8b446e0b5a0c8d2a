"""Each permission stands in one enum, and in the tables of the tests, which say a second time who has it."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Permission as PermissionRecord

from cha_engagement.core.permissions import Permission

from .. import role_matrix

ROOT = Path(settings.BASE_DIR)
CODE = ("cha_engagement", "incidents", "restrictions", "reviews", "tests")
WRITTEN_OUT = {
    ROOT / "tests/role_matrix.py",
    ROOT / "tests/pages/access.py",
    ROOT / "cha_engagement/core/permissions.py",
}
"""The modules that spell permissions: the enum, and the tables that check it."""


@pytest.fixture
def permissions_in_database(db):
    return {
        f"{label}.{codename}"
        for label, codename in PermissionRecord.objects.values_list("content_type__app_label", "codename")
    }


def strings_in_code():
    """Yield each string in code, with where it stands. Migrations are written by Django."""
    for name in CODE:
        for path in (ROOT / name).rglob("*.py"):
            if path in WRITTEN_OUT or "migrations" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", node.value


def test_each_permission_of_the_enum_exists(permissions_in_database):
    assert set(Permission) <= permissions_in_database


def test_each_permission_of_our_own_is_in_the_enum():
    own = {
        f"{model._meta.app_label}.{codename}"
        for model in apps.get_models()
        if model.__module__.split(".")[0] in CODE
        for codename, _ in model._meta.permissions
    }
    assert own <= set(Permission), "Name a permission in core/permissions.py before the code asks it."


def test_no_code_spells_a_permission(permissions_in_database):
    spelt = [f"{place}: {text}" for place, text in strings_in_code() if text in permissions_in_database]
    assert not spelt, f"Write a member of Permission, from core/permissions.py, instead of a string: {spelt}"


def test_templates_ask_permissions_of_the_enum_alone():
    asked = {
        f"{label}.{codename}"
        for path in (ROOT / "templates").rglob("*.html")
        for label, codename in re.findall(r"\bperms\.(\w+)\.(\w+)", path.read_text())
    }
    assert asked
    assert asked <= set(Permission), "Django takes a permission that does not exist for one that nobody has."


def test_each_permission_of_the_enum_is_given_to_a_role():
    assert set(Permission) == role_matrix.PERMISSIONS
