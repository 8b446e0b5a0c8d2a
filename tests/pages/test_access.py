"""S1: every page of ours × every role × GET and POST × an own case and another's. `access.py` says how one is added."""

import pytest

from cha_engagement.staff.models import StaffMember

from ..role_matrix import PERMISSIONS
from ..test_public_pages import PUBLIC
from .access import EXPECTED, PAGES, PEOPLE, READERS, ROUTES, RULES
from .conftest import is_not_stored
from .routes import RECORDS, names, path_of


def test_every_page_is_in_the_table_or_public():
    assert set(PAGES) == {name for name in names() if name not in PUBLIC}, (
        "Say in tests/pages/access.py (ROUTES) what each page answers, and to whom."
    )


def test_every_permission_and_every_rule_decides_about_a_page():
    conditions = ROUTES + " ".join(READERS.values())
    unasked = {name for name in PERMISSIONS | RULES.keys() if name not in conditions}
    assert unasked == set()


@pytest.mark.policy("54", "65")
@pytest.mark.parametrize(("route", "case"), EXPECTED)
def test_each_role_gets_what_the_table_says(world, ask, route, case):
    path, wrong = path_of(route, getattr(world, case)), []
    assert path, "Make one of each in make_case of tests/pages/conftest.py."
    for method, codes in zip(("GET", "POST"), EXPECTED[route, case], strict=True):
        for person, code in zip(PEOPLE, codes, strict=True):
            answer = ask(person, method.lower(), path)
            if answer.status_code != code:
                wrong.append(f"{person} gets {answer.status_code} to {method}, and should get {code}")
            assert is_not_stored(answer)
    assert wrong == [], "Correct the line of ROUTES, or who reads the record: READERS, UNDER_APPEAL."


@pytest.mark.policy("65")
@pytest.mark.parametrize(
    ("route", "case"), [key for key, (shown, _) in EXPECTED.items() if 404 in shown and key[0] in RECORDS]
)
def test_what_one_may_not_see_is_byte_for_byte_what_does_not_exist(world, ask, route, case):
    path = path_of(route, getattr(world, case))
    record = getattr(world, case)[RECORDS[route]]
    missing = path.replace(record.reference, f"{record.PREFIX}-2020-9999")
    shown, _ = EXPECTED[route, case]
    for person, code in zip(PEOPLE, shown, strict=True):
        if code == 404:
            unseen, nothing = ask(person, "get", path), ask(person, "get", missing)
            assert (unseen.status_code, nothing.status_code) == (404, 404), person
            assert nothing.content == unseen.content, person


def test_every_record_that_a_page_is_about_is_made(world):
    missing = {*RECORDS.values()} - world.own.keys() - world.other.keys()
    assert missing == set(), "Make one of each in make_case of tests/pages/conftest.py."


def test_a_role_removed_or_an_account_closed_takes_effect_at_the_next_request(world, ask):
    """S4."""
    manager, path = StaffMember.objects.get(username="manager"), path_of("incident_assess", world.own)
    assert ask("manager", "get", path).status_code == 200
    roles = list(manager.groups.all())
    manager.groups.clear()
    assert ask("manager", "get", path).status_code == 404
    manager.groups.set(roles)
    assert ask("manager", "get", path).status_code == 200
    manager.is_active = False
    manager.save()
    assert ask("manager", "get", path).status_code == 302


@pytest.mark.parametrize(
    "path", ["/", "/nowhere/", "/incidents/INC-2020-9999/", "/accounts/login/", "/incidents/?after=x"]
)
def test_each_answer_says_what_a_browser_may_do_with_it(ask, path):
    """S10, on error pages too."""
    headers = ask("officer", "get", path).headers
    csp = headers["Content-Security-Policy"]
    assert "default-src 'none'" in csp
    assert "frame-ancestors 'none'" in csp
    assert "unsafe-inline" not in csp
    assert headers["X-Content-Type-Options"] == "nosniff"
