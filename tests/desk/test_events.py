"""The rows of timelines are what the histories say, whatever happens; what is put wrong by hand is found and mended."""

import uuid
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from cha_engagement.core.records import writing
from cha_engagement.customers import actions as customers
from cha_engagement.customers.interfaces import EventSource
from cha_engagement.desk import events
from cha_engagement.desk.models import Event
from incidents import actions as incidents
from incidents.models import Incident
from tests import factories
from tests.restrictions.test_kinds import impose_kind
from tests.timelines import shown_events, shown_kinds

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def stored_rows():
    return set(Event.objects.values_list(*events.FIELDS))


@pytest.fixture
def decision(officer, manager, customer):
    incident = factories.incident(by=officer, customer=customer)
    return factories.decision(by=manager, incidents=[incident])


@pytest.mark.beyond("B16")
def test_events_go_with_their_records_to_another_customer_and_back(officer, manager, customer, decision):
    """A block has its customer through its restriction."""
    block = impose_kind("block_email", by=manager, decision=decision).blocks.get()
    before = stored_rows()
    kept = factories.customer(by=officer, name="Orla Byrne")
    merge = customers.merge_customers(
        kept=kept, other=customer, by=manager, submission=uuid.uuid4(), why="The same date of birth"
    )
    kinds = shown_kinds(kept, manager)
    assert {"incident.log", "restriction.impose"} <= set(kinds)
    assert kinds.count("customer.merge") == 1
    assert not Event.objects.filter(customer=customer).exists()
    customers.unmerge_customers(merge=merge, by=manager, version=merge.version)
    assert stored_rows() > before
    assert block.restriction.customer == customer


def test_what_happened_stands_on_the_timeline_once_it_is_known_to_whom(officer, manager, customer):
    incident = factories.incident(by=officer, customer=None, unidentified_person="A man in a blue coat")
    assert not Event.objects.filter(reference=incident.reference).exists()
    incidents.change_incident(incident=incident, by=officer, version=incident.version, customer=customer)
    assert "incident.log" in shown_kinds(customer, manager)


@pytest.mark.policy("65")
def test_a_page_is_filled_however_much_of_it_is_hidden(signed_in, officer, manager, customer):
    for _ in range(60):
        factories.incident(by=manager, customer=customer)
    own = factories.incident(by=officer, customer=customer)
    for _ in range(30):
        factories.incident(by=manager, customer=customer)
    page = signed_in(officer).get(customer.get_absolute_url()).context["page"]
    assert [event["url"] for event in page.rows] == [own.get_absolute_url(), ""]
    assert page.next_url == ""


@pytest.mark.policy("65")
@pytest.mark.parametrize(
    "limit",
    [lambda records: records.filter(pk=1).union(records.filter(pk=2)), lambda records: records[:0]],
    ids=["union", "slice"],
)
def test_what_a_user_may_see_is_never_taken_for_everything(officer, customer, monkeypatch, limit):
    """A query without a condition is for every record; one that is put together has none either."""
    factories.incident(by=officer, customer=customer)
    limited = limit(Incident.objects.all())
    monkeypatch.setattr(EventSource, "visible_records", lambda source, user: limited)
    with pytest.raises(TypeError, match="conditions alone"):
        shown_events(customer, officer)


def test_what_is_struck_out_of_a_history_is_gone_from_the_timeline(officer, customer):
    incident = factories.incident(by=officer, customer=customer)
    row = incident.history.get(event="log")
    assert Event.objects.get(history=row.pk, model="incidents.incident").text
    writing.strike_out_value(row, "history_change_reason")
    assert Event.objects.get(history=row.pk, model="incidents.incident").text == ""


@pytest.mark.parametrize(
    "spoil",
    [
        lambda rows: rows.delete(),
        lambda rows: rows.update(text="Something else"),
        lambda rows: rows.update(record=987_654),
    ],
    ids=["gone", "changed", "of nothing"],
)
def test_a_row_that_is_put_wrong_is_named_and_mended(officer, customer, spoil):
    incident = factories.incident(by=officer, customer=customer)
    before = stored_rows()
    spoil(Event.objects.filter(model="incidents.incident"))
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("verify", stdout=out)
    assert f"{incident}: the timeline does not show what its history says" in out.getvalue()
    call_command("daily", stdout=StringIO())
    assert stored_rows() == before
    assert events.find_wrong_records(Incident) == set()


def test_all_rows_can_be_made_anew(officer, manager, customer, decision):
    before = stored_rows()
    Event.objects.all().delete()
    events.rebuild_events()
    assert stored_rows() == before
    assert shown_events(customer, officer)
