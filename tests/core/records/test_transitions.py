import uuid

import pytest
from django.db import connection

from cha_engagement.core.records import Stale, status_changed, writing
from cha_engagement.core.refusals import Refused
from cha_engagement.letters import actions as letters
from incidents import actions as incidents
from incidents.enums import Category, IncidentStatus, Outcome
from incidents.models import Incident
from tests import factories
from tests.threads import run_at_once

pytestmark = pytest.mark.database


@pytest.fixture
def incident(customer, officer):
    return factories.incident(by=officer, customer=customer)


def assess(incident, by):
    return incidents.assess_incident(
        incident=incident,
        by=by,
        version=incident.version,
        outcome=Outcome.ACTIVE_MANAGEMENT,
        reasons="Again.",
    )


@pytest.mark.django_db
def test_a_transition_writes_status_history_and_version_and_tells(incident, manager):
    heard = []

    def hear(record, transition, by, **kwargs):
        heard.append((record, transition, by))

    status_changed.connect(hear, sender=Incident)
    try:
        assessed = writing.change_status(incident, "assess", by=manager, reason="Assessed: nothing more")
    finally:
        status_changed.disconnect(hear, sender=Incident)
    row = assessed.history.latest("sequence")
    assert (assessed.status, assessed.version) == (IncidentStatus.ASSESSED, incident.version + 1)
    assert (row.event, row.history_change_reason, row.history_user) == (
        "assess",
        "Assessed: nothing more",
        manager,
    )
    assert heard == [(incident, "assess", manager)]


@pytest.mark.django_db
def test_a_transition_from_another_status_is_stale(incident, manager):
    with pytest.raises(Stale):
        writing.change_status(incident, "close", by=manager, reason="Closed")


@pytest.mark.django_db
def test_a_transition_seen_at_an_older_version_is_stale(incident, officer, manager):
    seen = incident.version
    writing.edit_record(incident, by=officer, reason="Changed", location="Desk")
    with pytest.raises(Stale):
        writing.change_status(incident, "assess", by=manager, reason="Assessed", version=seen)


@pytest.mark.django_db
def test_a_refused_transition_changes_nothing(incident, dpo):
    with pytest.raises(Refused):
        assess(incident, dpo)
    incident.refresh_from_db()
    assert incident.status == IncidentStatus.WITH_MANAGER


@pytest.mark.django_db
def test_a_refusal_is_told_before_a_conflict(incident, manager, dpo):
    assess(incident, manager)
    with pytest.raises(Refused):
        assess(incident, dpo)


@pytest.mark.django_db
def test_a_transition_is_undone_when_a_listener_fails(incident, manager):
    def fail(**kwargs):
        raise OSError("no register")

    status_changed.connect(fail, sender=Incident)
    try:
        with pytest.raises(OSError, match="no register"):
            writing.change_status(incident, "assess", by=manager, reason="Assessed")
    finally:
        status_changed.disconnect(fail, sender=Incident)
    incident.refresh_from_db()
    assert (incident.status, incident.history.filter(event="assess").count()) == (
        IncidentStatus.WITH_MANAGER,
        0,
    )


@pytest.mark.django_db(transaction=True)
def test_of_twenty_who_assess_at_once_one_wins_and_the_others_are_told_who(officer, customer, signed_in):
    """R1, on SQLite and PostgreSQL alike."""
    incident = factories.incident(by=officer, customer=customer)
    deciders = [factories.staff(f"manager{number}", "Manager") for number in range(20)]
    clients = [signed_in(decider) for decider in deciders]
    form = {"version": incident.version, "outcome": Outcome.WARNED, "categories": [Category.ABUSE]}
    check, shown = f"/incidents/{incident}/assess/check/", []
    for number, client in enumerate(clients):
        client.post(f"/incidents/{incident}/assess/", form | {"reasons": f"Typed by {number}."})
        shown.append({bound.name: bound.value() for bound in client.get(check).context["form"]})
    connection.close()
    pages = run_at_once(20, lambda number: clients[number].post(check, shown[number]))
    winners = [number for number, page in enumerate(pages) if page.status_code == 302]
    assert len(winners) == 1
    assert incident.assessments.get().by == deciders[winners[0]]
    for number, page in enumerate(pages):
        if number not in winners:
            text = page.content.decode()
            assert page.status_code == 409
            assert deciders[winners[0]].get_full_name() in text
            assert f"Typed by {number}." in text


def measure(room):
    """Return a restriction that does what no other of these does: nothing is imposed twice."""
    terms = {"description": f"We meet you in {room}.", "closed": [], "affected_matters": ["none"]}
    return {"kind": "other", "terms": terms, "staff_instruction": "Meet them there."}


def propose(by, decision, number):
    return factories.proposal(by=by, incidents=list(decision.incidents.all()), **measure(f"hall {number}"))


def draft(by, decision, number):
    factories.restriction(
        by=by, decision=decision, **measure(f"hall {number}")
    )  # so that there is something to tell
    return letters.draft_letter(
        customer=decision.customer, kind="restriction_decided", about=decision, by=by, submission=uuid.uuid4()
    )


def log(by, decision, _):
    return factories.incident(by=by, customer=decision.customer)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", [propose, draft, log])
def test_two_who_act_on_one_case_at_once_do_not_block_each_other(officer, customer, act):
    incident = factories.incident(by=officer, customer=customer)
    manager, colleague = (factories.staff(name, "Manager") for name in ("manager", "colleague"))
    decision = factories.decision(by=manager, incidents=[incident])
    connection.close()
    for turn in range(8):
        answers = run_at_once(
            2,
            lambda number, turn=turn: (
                act(colleague, decision, turn)
                if number
                else factories.restriction(by=manager, decision=decision, **measure(f"room {turn}"))
            ),
        )
        assert [type(answer) for answer in answers if isinstance(answer, Exception)] == []
