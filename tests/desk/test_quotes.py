"""Below an event of a timeline stands what was said then, whatever its record says now, for whoever may read both. Policy §65."""

import uuid

import pytest

from incidents import actions as incidents
from incidents.notes import actions as notes
from restrictions import actions as restrictions
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.policy("65")]


@pytest.fixture
def incident(officer, customer):
    return factories.incident(by=officer, customer=customer, facts="He shouted for an hour.")


def quotes(client, customer):
    page = client.get(f"{customer.get_absolute_url()}timeline/").context["page"]
    return {event["title"]: event.get("words", "") for event in page.rows}


def impose(proposal, *, by, **changes):
    decision = factories.decision(by=by, incidents=list(proposal.incidents.all()))
    return restrictions.impose_proposal(
        restriction=proposal, decision=decision, by=by, version=proposal.version, **changes
    )


def test_what_was_proposed_stays_what_was_proposed_whatever_a_manager_imposed(
    signed_in, officer, manager, customer, incident
):
    proposal = factories.proposal(by=officer, incidents=[incident])
    impose(proposal, by=manager, terms={"closed": ["office"], "open": ["letter", "email"]})
    quoted = quotes(signed_in(manager), customer)
    assert quoted["Restriction proposed"] == "Closed: Phone."
    assert quoted["Restriction imposed"] == "Closed: In person at the office."
    quoted = quotes(signed_in(officer), customer)
    assert quoted["Restriction proposed"] == ""
    assert quoted["Restriction imposed"] == "Closed: In person at the office."


def test_what_was_logged_and_written_stays_as_it_was_for_whoever_may_view_a_history(
    signed_in, officer, manager, customer, incident
):
    note = notes.write_note(
        by=officer, submission=uuid.uuid4(), text="Asked for Tuesday.", notified=[], customer=customer
    )
    as_written = {"Incident logged": "He shouted for an hour.", "Note": "Asked for Tuesday."}
    for reader in (officer, manager):
        assert quotes(signed_in(reader), customer).items() >= as_written.items()
    incidents.change_incident(
        incident=incident, by=officer, version=incident.version, facts="He was upset about the lift."
    )
    notes.correct_note(note=note, by=officer, version=note.version, text="Asked for Wednesday.")
    assert quotes(signed_in(manager), customer).items() >= as_written.items()
    assert quotes(signed_in(officer), customer).items() >= {"Incident logged": "", "Note": ""}.items()


def test_words_are_quoted_to_nobody_who_may_not_read_their_record(signed_in, officer, customer, incident):
    reader = factories.staff("reader", "Officer")
    assert "shouted" not in " ".join(quotes(signed_in(reader), customer).values())
    assert "shouted" in " ".join(quotes(signed_in(officer), customer).values())


def test_as_much_is_read_however_many_people_are_named(
    signed_in, officer, manager, customer, incident, django_assert_num_queries, django_assert_max_num_queries
):
    client = signed_in(manager)
    named = {"kind": "named_contact", "terms": factories.TERMS_BY_KIND["named_contact"]}

    def propose():
        people = {"named_contact": factories.staff(uuid.uuid4().hex[:8], "Officer")}
        people |= {"deputy": factories.staff(uuid.uuid4().hex[:8], "Officer")}
        factories.proposal(by=officer, incidents=[incident], **named | people)

    propose()
    quotes(client, customer)
    with django_assert_max_num_queries(100) as queries:
        quotes(client, customer)
    for _ in range(3):
        propose()
    with django_assert_num_queries(len(queries)):
        quotes(client, customer)
