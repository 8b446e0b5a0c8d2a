"""What staff call a restriction: the thing itself, before its reference."""

import pytest

from cha_engagement.customers.enums import Channel
from restrictions.kinds import KINDS
from restrictions.kinds.channels import closed_in_words
from restrictions.models import InterimMeasure, Restriction
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("closed", "title"),
    [
        (["phone"], "Phone closed"),
        (["office", "phone"], "Phone and office closed"),
        (["home_visit", "email", "letter"], "Home visits, letters and email closed"),
        (["message", "elsewhere"], "Text and messaging and outside the office closed"),
    ],
)
def test_a_restriction_is_called_by_what_it_closes(closed, title):
    restriction = Restriction(
        kind="channel", terms={"closed": closed, "open": ["training"]}, reference="RES-1"
    )
    assert (restriction.title, restriction.full_title) == (title, f"{title} (RES-1)")
    assert restriction.title_in_sentence == f"{title[0].lower()}{title[1:]}"


def test_every_channel_has_a_word():
    assert all(closed_in_words([channel]).endswith(" closed") for channel in Channel)


def test_an_interim_measure_is_called_by_what_it_closes_for_now():
    assert InterimMeasure(closed=["phone"]).title == "Phone closed for now"
    assert InterimMeasure(closed=["phone"]).title_in_sentence == "phone closed for now"
    assert InterimMeasure().title == "Interim measure"


def test_an_interim_measure_that_closes_nothing_is_named_within_a_sentence_by_what_staff_do():
    interim = InterimMeasure(staff_instruction="Two people at every visit.")
    assert interim.title_in_sentence == "“Two people at every visit”"


def test_what_was_made_for_somebody_is_called_by_what_staff_do_and_named_in_no_page_title():
    restriction = Restriction(
        kind="other", staff_instruction="Visit Órla in pairs.", terms={}, reference="RES-1"
    )
    assert restriction.title == "Visit Órla in pairs"
    assert restriction.title_in_sentence == "“Visit Órla in pairs”"
    assert restriction.page_title == f"{KINDS['other'].title} (RES-1)"


def test_lists_timeline_and_history_say_what_is_closed(signed_in, officer, manager, customer):
    decision = factories.decision(by=manager, incidents=[factories.incident(by=officer, customer=customer)])
    restriction = factories.restriction(by=manager, decision=decision)
    client = signed_in(manager)
    url = restriction.get_absolute_url()
    for path in ("/restrictions/", "/reviews/", customer.get_absolute_url(), url, f"{url}history/"):
        text = client.get(path).content.decode()
        assert "hone closed" in text, path
        assert "ays of contact closed" not in text.replace("Ways of contact closed</option>", ""), path
