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


def test_of_several_who_issue_a_letter_at_once_one_does_and_the_others_are_told_who(draft, signed_in):
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


def test_a_letter_that_is_put_right_twice_at_once_is_put_right_once(draft, manager):
    """R2."""
    issued = actions.issue_letter(letter=draft, by=manager, version=1)
    submission = uuid.uuid4()
    connection.close()
    made = run_at_once(
        4, lambda number: actions.replace_letter(letter=issued, by=manager, submission=submission)
    )
    assert len({each.reference for each in made}) == 1
    assert issued.replaced_by.count() == 1
