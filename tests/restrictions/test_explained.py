"""A talk in which a restriction is explained: offered in its letter, recorded when it was had, asked for where no letter can be read.

Policy §12, 23; beyond the policy: B23.
"""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from cha_engagement.core.records import Stale, writing
from cha_engagement.core.refusals import Refused
from cha_engagement.customers.enums import Channel
from cha_engagement.organisation.calendar import today
from restrictions import actions
from restrictions.letters.decided import placeholders
from tests import factories
from tests.overwriting import overwrite_record
from tests.refusals import refused_fields
from tests.timelines import shown_kinds

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.beyond("B23"),
    pytest.mark.policy("12"),
    pytest.mark.policy("23"),
]

HOW = "By phone, with their daughter. They asked whether repairs go on."
ASKED = "Explain it in a talk"
OFFER = "go through this letter with you"


def explain(restriction, by, **changes):
    answers = {"version": restriction.version, "talked_on": today(), "how_explained": HOW}
    return actions.record_talk(restriction=restriction, by=by, **answers | changes)


def offer_in_letter(decision, by):
    letter = actions.draft_decision_letter(decision=decision, by=by)
    text = placeholders(letter)["what we have decided"]
    return text[text.index(OFFER) :] if OFFER in text else ""


def cannot_use(customer, by, *channels):
    writing.save_record(customer, by=by, reason="Needs", cannot_use=list(channels))


def test_it_stands_on_the_page_and_on_the_timeline_and_tells_nobody_of_appeals(
    restriction, customer, officer, manager, signed_in
):
    explained = explain(restriction, officer)
    assert not explained.is_customer_told
    page = signed_in(manager).get(restriction.get_absolute_url()).content.decode()
    assert "They asked whether repairs go on." in page
    assert "restriction.talk" in shown_kinds(customer, manager)


def test_it_is_recorded_by_its_form(restriction, manager, signed_in):
    client = signed_in(manager)
    url = reverse("restriction_talk", args=[restriction.reference])
    assert url in client.get(restriction.get_absolute_url()).content.decode()
    answers = {"version": restriction.version, "talked_on": today().isoformat(), "how_explained": HOW}
    assert client.post(url, answers).url == restriction.get_absolute_url()
    restriction.refresh_from_db()
    assert (restriction.talked_on, restriction.how_explained) == (today(), HOW)


@pytest.mark.parametrize("days", [-1, 1])
def test_the_day_lies_between_its_imposition_and_today(days, restriction, officer):
    day = today() + timedelta(days=days)
    assert refused_fields(lambda: explain(restriction, officer, talked_on=day)) == ["talked_on"]


@pytest.mark.parametrize("words", ["", "-", "as discussed"])
def test_how_it_went_is_said_in_words(words, restriction, officer):
    assert refused_fields(lambda: explain(restriction, officer, how_explained=words)) == ["how_explained"]


def test_nobody_explains_what_is_not_to_be_told_or_has_ended(restriction, officer, manager, decision):
    ended = factories.restriction(
        by=manager, decision=decision, terms={"closed": ["office"], "open": ["letter"]}
    )
    ended = actions.lift_restriction(restriction=ended, by=manager, status_reason="It went well.")
    with pytest.raises(Stale):
        explain(ended, officer)
    untold = factories.leave_unnotified(restriction, by=manager, reason="It would put a colleague at risk.")
    with pytest.raises(Refused, match="not to tell"):
        explain(untold, officer)


def test_it_is_for_those_who_deal_with_customers(restriction, dpo):
    with pytest.raises(Refused):
        explain(restriction, dpo)


def test_it_is_asked_for_where_no_letter_can_be_read(restriction, customer, officer, manager, signed_in):
    def is_asked_for():
        return ASKED in signed_in(manager).get(restriction.get_absolute_url()).content.decode()

    assert not is_asked_for()
    cannot_use(customer, manager, Channel.LETTER)
    assert is_asked_for()
    restriction.refresh_from_db()
    explain(restriction, officer)
    assert not is_asked_for()


def test_the_letter_offers_it_by_a_way_that_is_open_to_them_and_that_they_can_use(
    organisation, decision, restriction, customer, manager
):
    assert "in person at the office" in offer_in_letter(decision, manager)
    assert "by phone" not in offer_in_letter(decision, manager)
    cannot_use(customer, manager, Channel.OFFICE)
    assert offer_in_letter(decision, manager) == ""


def test_the_database_keeps_the_day_with_the_words(restriction):
    with pytest.raises(IntegrityError), transaction.atomic():
        overwrite_record(restriction, talked_on=today())
