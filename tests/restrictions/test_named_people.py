"""The named contact and their deputy hear of it when what names them begins, changes and ends. Policy §21.1."""

from datetime import timedelta

import pytest
from django.urls import reverse

from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.organisation.calendar import add_working_days, start_of_day, today
from restrictions import actions
from restrictions.daily import expire_restrictions
from restrictions.enums import Begins
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.policy("21.1")]

FIRST = "You are named as the {role} of {customer}."
NO_LONGER = "You are no longer the {role} of {customer}."
CHANGED = "What you do as the {role} of {customer} has changed."
ROLES = ("named contact", "deputy of the named contact")


@pytest.fixture
def colleagues(organisation):
    """Return a named contact, a deputy and somebody else, none of whom had a part in anything."""
    return [factories.staff(name, "Officer") for name in ("contact", "deputy", "other")]


@pytest.fixture
def named(colleagues, decision, manager):
    contact, deputy, _ = colleagues
    return factories.restriction(
        by=manager, decision=decision, **factories.named_contact_facts(contact, deputy, "letter", "email")
    )


def new_texts(person):
    """Return what they were told and have not read, and read it."""
    notices = list(person.notices.filter(read_at=None).order_by("pk"))
    person.notices.update(read_at=start_of_day(today()))
    return [notice.text for notice in notices]


def told_of(colleagues, customer, sentence):
    """Say whether the named contact and the deputy were each told this of their role, and nothing else."""
    for person, role in zip(colleagues, ROLES, strict=False):
        [text] = new_texts(person)
        assert text.startswith(sentence.format(role=role, customer=customer)), text
    return True


def test_they_are_told_as_it_is_imposed_and_the_notice_leads_to_the_card(
    named, colleagues, customer, signed_in
):
    contact, _, other = colleagues
    card = customer.get_absolute_url()
    [notice] = contact.notices.all()
    assert notice.path == card
    assert customer.name not in notice.text
    assert customer.name in notice.shown_text
    assert signed_in(contact).get(card).status_code == 200
    assert told_of(colleagues, customer, FIRST)
    assert new_texts(other) == []


def test_they_hear_that_it_waits_until_the_customer_was_told(colleagues, decision, manager):
    contact, deputy, _ = colleagues
    facts = factories.named_contact_facts(contact, deputy, "letter") | {
        "begins": Begins.WHEN_TOLD,
        "at_once_reason": "",
    }
    restriction = factories.restriction(by=manager, decision=decision, **facts)
    [text] = new_texts(contact)
    assert "begins once the customer has been told" in text
    new_texts(deputy)
    first_day = add_working_days(today(), 2)
    actions.notify_customer(restriction=restriction, on=first_day, by=manager)
    assert told_of(
        colleagues, restriction.customer, f"You are the {{role}} of {{customer}} from {uk_date(first_day)}."
    )


def test_they_hear_nothing_where_the_letter_moves_no_first_day(named, colleagues, customer, manager):
    told_of(colleagues, customer, FIRST)
    actions.notify_customer(restriction=named, on=add_working_days(today(), 2), by=manager)
    assert [new_texts(person) for person in colleagues] == [[], [], []]


def test_they_are_told_of_its_end(named, colleagues, customer, manager):
    told_of(colleagues, customer, FIRST)
    actions.lift_restriction(restriction=named, by=manager, status_reason="It went well.")
    assert told_of(colleagues, customer, NO_LONGER)


def test_they_are_told_that_its_last_day_has_passed(colleagues, customer, decision, manager, time_machine):
    contact, deputy, _ = colleagues
    last_day = today() + timedelta(days=100)
    facts = factories.named_contact_facts(contact, deputy, "letter") | {"ends_on": last_day}
    factories.restriction(by=manager, decision=decision, **facts)
    told_of(colleagues, customer, FIRST)
    time_machine.move_to(start_of_day(last_day + timedelta(days=1)) + timedelta(hours=6))
    expire_restrictions(today())
    assert told_of(colleagues, customer, NO_LONGER)


def test_they_are_told_of_a_new_version_and_whoever_is_not_in_it_too(named, colleagues, customer, manager):
    contact, _, other = colleagues
    told_of(colleagues, customer, FIRST)
    actions.vary_restriction(
        restriction=named,
        by=manager,
        terms={"open": ["letter", "email", "phone"]},
        status_reason="They get on better.",
        named_contact=contact,
        deputy=other,
    )
    [changed], [ended], [begun] = (new_texts(person) for person in colleagues)
    assert changed.startswith(CHANGED.format(role=ROLES[0], customer=customer))
    assert ended.startswith(NO_LONGER.format(role=ROLES[1], customer=customer))
    assert begun.startswith(FIRST.format(role=ROLES[1], customer=customer))


def test_whoever_is_named_instead_is_told_and_so_is_whoever_was_named_before(
    named, colleagues, customer, manager
):
    contact, deputy, other = colleagues
    told_of(colleagues, customer, FIRST)
    actions.replace_people(
        restriction=named,
        by=manager,
        version=named.version,
        status_reason="A colleague takes over.",
        named_contact=other,
        deputy=deputy,
    )
    assert new_texts(contact)[0].startswith(NO_LONGER.format(role=ROLES[0], customer=customer))
    assert new_texts(other)[0].startswith(FIRST.format(role=ROLES[0], customer=customer))
    assert new_texts(deputy)[0].startswith(CHANGED.format(role=ROLES[1], customer=customer))


@pytest.mark.policy("22")
def test_they_are_told_while_an_appeal_suspends_it(named, colleagues, customer, suspend, executive):
    told_of(colleagues, customer, FIRST)
    suspended = suspend(named)
    assert told_of(colleagues, customer, "You are not the {role} of {customer} for now: it is suspended.")
    actions.resume_restriction(restriction=suspended, by=executive)
    assert told_of(colleagues, customer, "You are the {role} of {customer} again")


def test_nobody_is_told_what_they_did_themselves(colleagues, decision, manager):
    contact, _, _ = colleagues
    facts = factories.named_contact_facts(manager, contact, "letter")
    factories.restriction(by=manager, decision=decision, **facts)
    assert not [text for text in new_texts(manager) if "named contact" in text]


def test_nobody_is_told_of_a_proposal_that_is_declined(colleagues, manager, officer, incident):
    contact, deputy, _ = colleagues
    facts = factories.named_contact_facts(contact, deputy, "letter")
    proposal = factories.proposal(by=officer, incidents=[incident], **facts)
    actions.decline_proposal(
        restriction=proposal, by=manager, version=proposal.version, status_reason="They answer by letter."
    )
    assert [new_texts(person) for person in colleagues] == [[], [], []]


def test_the_page_that_lifts_it_names_who_is_told(named, colleagues, manager, signed_in):
    page = signed_in(manager).get(reverse("restriction_lift", args=[named.reference])).content.decode()
    contact, deputy, _ = colleagues
    assert f"Told at once that it ends: {contact} and {deputy}." in page
