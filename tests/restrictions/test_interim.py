"""A threat at a quarter to five on a Friday: beyond the policy, B21."""

import itertools
from datetime import timedelta

import pytest
from django.urls import reverse

from cha_engagement import hub
from cha_engagement.moves import Stale
from cha_engagement.organisation.calendar import add_working_days, today
from cha_engagement.policy import Incomplete, Refused
from cha_engagement.staff.roles import ROLES
from restrictions import workflow
from restrictions.daily import lapse_interim_measures
from restrictions.enums import TRANSITIONS, InterimStatus
from restrictions.letters import ways_left
from restrictions.models import InterimMeasure
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.beyond("B21")]

MOVES = TRANSITIONS["InterimMeasure"]
MANAGERS = {"Manager", "Management Team", "CCSM"}


@pytest.fixture
def interim(manager, incident):
    return factories.interim(by=manager, incidents=[incident], closed=["phone"])


def card(customer):
    return [line.text for part in hub.card for line in part(customer)]


def waiting(user):
    rows = [row for source in hub.worklist for row in source(user, today())]
    return [row["row_record"] for row in rows if row["row_kind"] == "interim.decide"]


def test_a_manager_sets_one_on_one_screen_and_it_stands_on_the_card_at_once(
    signed_in, manager, incident, customer
):
    url = reverse("interim_new", args=[customer.reference]) + f"?incident={incident}"
    client = signed_in(manager)
    assert url.partition("?")[0] in client.get(customer.get_absolute_url()).content.decode()
    form = client.get(url).context["form"]
    posted = {
        "submission": form["submission"].value(),
        "what": "Two people at every visit.",
        "reason": "A threat was made this afternoon.",
        "told": "By phone, today.",
        "closed": ["home_visit"],
        "touches": ["none"],
        "incidents": [incident.reference],
    }
    client.post(url, posted)
    made = InterimMeasure.objects.get()
    assert made.ends_on == add_working_days(today(), 5)
    assert {"For now: Two people at every visit.", "Deal with them on home visits."} <= set(card(customer))
    client.post(url, posted)
    assert InterimMeasure.objects.count() == 1


@pytest.mark.parametrize("name", ["what", "reason", "told", "incidents", "touches"])
def test_it_says_what_why_on_what_and_how_they_are_told(name, manager, incident, customer):
    facts = {
        "what": "Two at a visit",
        "closed": [],
        "touches": ["none"],
        "reason": "A threat",
        "told": "By phone",
        "incidents": [incident],
    }
    with pytest.raises(Incomplete) as refused:
        workflow.set_interim(
            customer=customer,
            by=manager,
            submission=factories.uuid.uuid4(),
            **facts | {name: [] if name in ("incidents", "touches") else ""},
        )
    assert [refusal.field for refusal in refused.value.refusals] == [name]


def test_it_lapses_after_five_working_days_whatever_was_decided(interim, customer):
    lapse_interim_measures(interim.ends_on)
    assert InterimMeasure.objects.get().status == "in_force"
    lapse_interim_measures(interim.ends_on + timedelta(days=1))
    assert InterimMeasure.objects.get().status == "lapsed"
    assert not any(text.startswith(("For now", "Deal with them")) for text in card(customer))


def test_until_then_its_decision_waits_for_whoever_set_it(interim, manager, officer):
    assert waiting(manager) == [interim.reference]
    assert waiting(officer) == []
    workflow.end_interim(interim=interim, by=manager, version=1, status_reason="All is calm.")
    assert waiting(manager) == []


@pytest.mark.beyond("B2")
def test_it_leaves_a_way_in_beside_what_is_in_force(manager, incident, restriction):
    shut = ["office", "letter", "email", "online_form", "message"]
    with pytest.raises(Incomplete, match="no way in"):
        factories.interim(by=manager, incidents=[incident], closed=shut)
    assert factories.interim(by=manager, incidents=[incident], closed=shut[1:])


@pytest.mark.beyond("B2")
def test_what_it_closes_counts_for_what_is_imposed_meanwhile(manager, incident, decision, customer):
    factories.interim(by=manager, incidents=[incident], closed=["letter", "email"])
    shut = {"closed": ["phone", "office", "online_form", "message"], "open": ["letter"]}
    with pytest.raises(Incomplete, match="no way in"):
        factories.restriction(by=manager, decision=decision, terms=shut)
    factories.restriction(by=manager, decision=decision)
    assert (
        "Deal with them in person at the office, through the forms on our website or by text or messaging."
        in card(customer)
    )
    assert not any("by letter" in text and "phone" not in text for text in card(customer)[:2])


@pytest.mark.beyond("B2")
def test_two_of_them_leave_a_way_in_together(manager, officer, incident, customer):
    factories.interim(by=manager, incidents=[incident], closed=["letter", "email", "phone"])
    other = factories.incident(by=officer, customer=customer)
    with pytest.raises(Incomplete, match="no way in"):
        factories.interim(by=manager, incidents=[other], closed=["office", "online_form", "message"])


def test_it_cannot_be_made_longer_by_another_on_the_same_incidents(manager, officer, incident, interim):
    with pytest.raises(Incomplete, match="cannot be made longer"):
        factories.interim(by=manager, incidents=[incident])
    lapse_interim_measures(interim.ends_on + timedelta(days=1))
    with pytest.raises(Incomplete, match="cannot be made longer"):
        factories.interim(by=manager, incidents=[incident])
    new = factories.incident(by=officer, customer=incident.customer)
    assert factories.interim(by=manager, incidents=[incident, new])


def test_its_task_goes_once_it_is_decided(manager, incident, interim):
    factories.decision(by=manager, incidents=[incident])
    assert waiting(manager) == []


@pytest.mark.policy("5")
def test_no_letter_names_a_way_that_it_closes(organisation, manager, incident, customer):
    def ways():
        return ways_left(customer, [])["how to contact us"]

    assert "by phone" in ways()
    factories.interim(by=manager, incidents=[incident], closed=["phone"])
    assert "by phone" not in ways()


@pytest.mark.beyond("B5")
def test_it_rests_on_what_this_customer_did(manager, officer, incident):
    other = factories.incident(by=officer, customer=factories.customer(by=officer))
    with pytest.raises(Incomplete, match="Choose only from what is recorded about"):
        factories.interim(by=manager, incidents=[incident, other])


@pytest.mark.parametrize(("status", "move"), list(itertools.product(InterimStatus.values, MOVES)))
def test_a_move_goes_from_the_statuses_of_the_table_and_from_no_other(status, move, interim, manager):
    if status == "ended":
        take(interim, "end", manager)
    elif status == "lapsed":
        take(interim, "lapse", manager)
    interim.refresh_from_db()
    if status in MOVES[move].sources:
        assert take(interim, move, manager).status == MOVES[move].target
    else:
        with pytest.raises(Stale):
            take(interim, move, manager)


@pytest.mark.parametrize("role", ROLES)
def test_managers_alone_set_and_end_one(role, incident, interim):
    somebody = factories.staff("somebody", role)
    other = factories.incident(by=incident.reported_by, customer=incident.customer)
    if role in MANAGERS:
        assert factories.interim(by=somebody, incidents=[other])
        assert take(interim, "end", somebody).status == "ended"
    else:
        with pytest.raises(Refused):
            factories.interim(by=somebody, incidents=[other])
        with pytest.raises(Refused):
            take(interim, "end", somebody)


def take(interim, move, by):
    if move == "lapse":
        return workflow.lapse_interim(interim=interim)
    return workflow.end_interim(interim=interim, by=by, version=interim.version, status_reason="All is calm.")
