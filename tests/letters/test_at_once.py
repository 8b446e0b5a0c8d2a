import uuid
from pathlib import PurePath

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from cha_engagement.letters import actions
from cha_engagement.letters.models import Letter
from tests.threads import run_at_once

from .. import factories

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_letter_issued_by_several_at_once_is_issued_by_one(draft, signed_in):
    """R1."""
    issuers = [factories.staff(f"manager{number}", "Manager") for number in range(5)]
    clients = [signed_in(issuer) for issuer in issuers]
    connection.close()
    answers = run_at_once(
        5, lambda number: clients[number].post(f"{draft.get_absolute_url()}issue/", {"version": 1})
    )
    letter = Letter.objects.get()
    won = issuers.index(letter.issued_by)
    assert answers[won].status_code == 302
    for number, answer in enumerate(answers):
        if number != won:
            assert answer.status_code == 409
            assert issuers[won].get_full_name() in answer.content.decode()
    assert letter.history.filter(event="issue").count() == 1
    assert default_storage.listdir("letters")[1] == [PurePath(letter.pdf.path).name]


def test_a_letter_replaced_twice_at_once_is_replaced_once(draft, manager):
    """R2."""
    issued_letter = actions.issue_letter(letter=draft, by=manager, version=1)
    submission = uuid.uuid4()
    connection.close()
    replacements = run_at_once(
        4, lambda number: actions.replace_letter(letter=issued_letter, by=manager, submission=submission)
    )
    assert len({letter.reference for letter in replacements}) == 1
    assert issued_letter.replaced_by.count() == 1
