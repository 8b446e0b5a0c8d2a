"""Each app is installed, and contracts of imports in pyproject.toml name whatever they are about."""

import tomllib

from django.conf import settings

from .syntax import OURS


def test_the_contract_of_incidents_names_every_leaf():
    leaves = {app for app in settings.INSTALLED_APPS if app.startswith("incidents.")}
    contracts = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["tool"]["importlinter"][
        "contracts"
    ]
    (contract,) = [
        contract for contract in contracts if "incidents.contacts" in contract.get("protected_modules", [])
    ]
    unnamed = [
        leaf
        for leaf in leaves
        if leaf not in contract["protected_modules"] or leaf not in contract["allowed_importers"]
    ]
    assert unnamed == [], f"Name them in both lists of the contract “{contract['name']}” in pyproject.toml."


def test_each_folder_with_a_desk_is_installed():
    base = settings.BASE_DIR
    folders = [path.parent.relative_to(base) for name in OURS for path in (base / name).rglob("desk.py")]
    missing = {".".join(folder.parts) for folder in folders} - {*settings.INSTALLED_APPS}
    assert missing == set(), (
        "Put each into INSTALLED_APPS: until then its models belong to the app that its folder stands in."
    )
