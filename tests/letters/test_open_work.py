"""Letters that are open for somebody who goes away or leaves. Policy §57."""

import pytest

from cha_engagement.letters import actions
from cha_engagement.staff.interfaces import open_groups
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.policy("57")]


def letters_open_for(person, reader):
    groups = open_groups(person, reader)
    return {group.what: (group.falls_to, group.shown) for group in groups if group.what.startswith("Letters")}


def test_letters_begun_signed_and_not_sent_are_shown_to_who_reads_them(
    draft_for, customer, manager, administrator
):
    other = factories.staff("other", "Manager")
    begun = draft_for(customer)
    [(falls_to, [record])] = letters_open_for(manager, other).values()
    assert (falls_to, record.url) == (f"Goes to {other}", begun.get_absolute_url())
    assert customer.name in record.title
    assert not [group for group in open_groups(manager, other) if group.what.startswith("Tasks")], (
        "a letter is said once"
    )
    assert letters_open_for(manager, administrator) == {"Letters begun and not issued": (falls_to, [])}
    issued = actions.issue_letter(letter=begun, by=other, version=begun.version)
    assert letters_open_for(manager, other) == {}
    [(falls_to, [record])] = letters_open_for(other, manager).values()
    assert (falls_to, record.url) == (f"Goes to {manager}", issued.get_absolute_url())
