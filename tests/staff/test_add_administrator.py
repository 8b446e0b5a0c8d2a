import io

import pytest
from django.core.management import CommandError, call_command

from cha_engagement.staff.models import StaffMember

from ..role_matrix import PERMISSIONS_OF_ROLE

pytestmark = pytest.mark.django_db


@pytest.fixture
def add(monkeypatch):
    def add(username="ewan", email="ewan@lochside.example", password="plovers on a pier"):
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
        call_command("add_administrator", username, email=email)

    return add


def test_the_first_account_keeps_accounts_and_reads_nothing_else(add, client):
    add()
    ewan = StaffMember.objects.get()
    assert ewan.get_all_permissions() == PERMISSIONS_OF_ROLE["Administrator"]
    assert not ewan.is_superuser
    client.post("/accounts/login/", {"login": "ewan", "password": "plovers on a pier"})
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"password": "short"}, "too short"),
        ({"password": ""}, "too short"),
        ({"password": "ewan@lochside.example"}, "too similar"),
        ({"email": "nothing"}, "valid email"),
        ({"username": "two words"}, "valid username"),
    ],
)
def test_what_will_not_do_gets_a_sentence_and_makes_no_account(add, answers, sentence):
    with pytest.raises(CommandError, match=sentence):
        add(**answers)
    assert not StaffMember.objects.exists()


def test_a_username_that_is_taken_is_refused(add):
    add()
    with pytest.raises(CommandError, match="Another account has this username"):
        add("EWAN")
    assert StaffMember.objects.count() == 1
