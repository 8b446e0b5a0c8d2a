"""An appeal binds: what is heard is not got round, and what a panel ended is not imposed again. Policy §22; B28."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cha_engagement.core.refusals import Incomplete
from cha_engagement.customers import actions as customers
from cha_engagement.organisation.calendar import today
from incidents import actions as incidents
from restrictions import actions as restrictions
from reviews import actions as reviews
from reviews.models import AppealedRestriction
from reviews.rules.binding import check_merge

from .. import factories, files
from .conftest import eased

pytestmark = [pytest.mark.django_db, pytest.mark.policy("22"), pytest.mark.beyond("B28")]

YESTERDAY = timezone.now() - timedelta(days=1)
LIMIT = {
    "limited": ["phone"],
    "most": {"contacts": 3, "minutes": None, "every": "week"},
    "days": [],
    "hours": [],
}


@pytest.fixture
def known(officer, manager, customer):
    """An incident that was known, and assessed, before the panel met."""
    return factories.assess_incident(factories.incident(by=officer, customer=customer), by=manager)


@pytest.fixture
def overturned(known, acknowledged, decide, restriction):
    """The phone was closed, and a panel has opened it again."""
    decide(acknowledged, "upheld")
    return restriction


@pytest.fixture
def since(officer, manager, customer):
    """`since()` is an incident that has happened since, and was assessed."""

    def since(**facts):
        incident = factories.incident(by=officer, customer=customer, occurred_at=timezone.now(), **facts)
        return factories.assess_incident(incident, by=manager)

    return since


def file_of(incident, by):
    """A restriction that rests on a file of an incident, and on nothing else."""
    said = {"file": files.pdf("post.pdf"), "summary": "A post", "submission": uuid.uuid4()}
    return {"incidents": [], "evidence": [incidents.add_evidence(incident=incident, by=by, **said)]}


def why_not(by, decision, **facts):
    with pytest.raises(Incomplete) as refused:
        factories.restriction(by=by, decision=decision, **facts)
    assert [one.field for one in refused.value.refusals] == ["incidents"]
    return str(refused.value)


MEASURES = {
    "the same": {},
    "more": {"terms": {"closed": ["phone", "office"], "open": ["letter"]}},
    "one person": {"kind": "named_contact", "terms": {"open": ["letter"]}},
    "an advocate": {"kind": "third_party", "terms": factories.ADVOCATE},
    "a limit": {"kind": "volume", "terms": LIMIT},
    "a limit elsewhere": {"kind": "volume", "terms": LIMIT | {"limited": ["email"]}},
}


@pytest.mark.parametrize(
    ("measure", "on", "under", "who"),
    [
        ("the same", "the same", "the old decision", "manager"),
        ("the same", "the same", "a new one", "manager"),
        ("the same", "the same", "a new one", "management"),
        ("the same", "what was known", "a new one", "manager"),
        ("the same", "a file", "the old decision", "manager"),
        ("more", "what was known", "the old decision", "manager"),
        ("one person", "the same", "a new one", "manager"),
        ("one person", "what was known", "the old decision", "management"),
        ("an advocate", "what was known", "a new one", "manager"),
        ("a limit", "the same", "a new one", "manager"),
        ("a limit", "what was known", "the old decision", "management"),
        ("a limit elsewhere", "the same", "a new one", "manager"),
    ],
)
def test_what_a_panel_ended_is_not_imposed_again_in_any_kind_as_harsh(
    request, measure, on, under, who, overturned, known, incident, decision, officer, manager, management
):
    by = request.getfixturevalue(who)
    if under == "a new one":
        decision = factories.decision(by=by, incidents=[incident, known])
    cited = (
        file_of(known, officer) if on == "a file" else {"incidents": [{"the same": incident}.get(on, known)]}
    )
    facts = dict(MEASURES[measure])
    if measure == "one person":
        others = (factories.staff(name, "Officer") for name in ("contact", "deputy"))
        facts |= dict(zip(("named_contact", "deputy"), others, strict=True))
    assert "A panel changed" in why_not(by, decision, **cited | facts)


def test_a_proposal_is_not_imposed_either(overturned, known, decision, officer, manager):
    proposal = factories.proposal(by=officer, incidents=[known])
    with pytest.raises(Incomplete, match="A panel changed"):
        restrictions.impose_proposal(
            restriction=proposal, decision=decision, by=manager, version=proposal.version
        )


def test_after_something_that_happened_since_and_was_assessed_it_is_imposed(
    overturned, incident, decision, officer, manager, customer, since
):
    new = factories.incident(by=officer, customer=customer, occurred_at=timezone.now())
    with pytest.raises(Incomplete, match="No manager has assessed"):
        factories.restriction(by=manager, decision=decision, incidents=[new])
    new.refresh_from_db()
    factories.assess_incident(new, by=manager)
    fresh = factories.decision(by=manager, incidents=[new])
    assert factories.restriction(by=manager, decision=fresh, incidents=[incident, new]).is_in_force


@pytest.mark.parametrize("trick", ["logged late", "dated again"])
def test_what_happened_before_is_not_since_whenever_it_is_logged_and_whatever_is_made_of_its_day(
    trick, overturned, decision, officer, manager, customer, since
):
    old = timezone.now() - timedelta(days=2)
    facts = {"by": officer, "customer": customer}
    incident = factories.incident(**facts, occurred_at=old)
    if trick == "dated again":
        now = timezone.now()
        incident = incidents.change_incident(
            incident=incident, by=officer, version=incident.version, occurred_at=now
        )
    incident = factories.assess_incident(incident, by=manager)
    assert "A panel changed" in why_not(manager, decision, incidents=[incident])


@pytest.mark.parametrize(
    "measure",
    [
        {"kind": "volume", "terms": LIMIT | {"limited": ["email"]}},
        {"kind": "no_recording_pause", "terms": {}},
        {"kind": "withhold_staff_details", "terms": {}},
    ],
)
def test_a_milder_measure_that_touches_nothing_of_it_is_not_the_same_again(
    measure, overturned, known, decision, manager
):
    assert factories.restriction(by=manager, decision=decision, incidents=[known], **measure)


def test_what_a_panel_eased_is_not_taken_back_beside_it_or_after_it(
    known, restriction, log, decide, executive, manager, decision, customer
):
    wider = factories.restriction(
        by=manager,
        decision=decision,
        kind="volume",
        terms=LIMIT | {"most": {"contacts": 3, "minutes": None, "every": "week"}},
    )
    appeal = acknowledge(log(wider), executive)
    more = eased(wider, terms=LIMIT | {"most": {"contacts": 5, "minutes": None, "every": "week"}})
    varied = decide(appeal, "partly_upheld", changes=more).appealed.get().varied_to
    restrictions.lift_restriction(restriction=varied, by=manager, status_reason="Calm.")
    fewer = LIMIT | {"most": {"contacts": 4, "minutes": None, "every": "week"}}
    assert "A panel changed" in why_not(manager, decision, incidents=[known], kind="volume", terms=fewer)
    as_left = LIMIT | {"most": {"contacts": 5, "minutes": None, "every": "week"}}
    said = {"kind": "volume", "terms": as_left, "first_review_on": varied.first_review_on}
    assert factories.restriction(by=manager, decision=decision, incidents=[known], **said)


def acknowledge(appeal, executive):
    return reviews.acknowledge_appeal(
        appeal=appeal, by=executive, version=appeal.version, acknowledged_on=today()
    )


def test_what_ended_meanwhile_is_decided_all_the_same_and_that_binds(
    known, acknowledged, restriction, decide, decision, manager
):
    restrictions.lift_restriction(restriction=restriction, by=manager, status_reason="We think it over.")
    decided = decide(acknowledged, "upheld")
    assert decided.appealed.get().outcome == "upheld"
    assert "A panel changed" in why_not(manager, decision, incidents=[known])


@pytest.mark.parametrize("on", ["the same", "a file"])
def test_while_it_is_heard_nothing_new_is_imposed_on_the_same(
    on, acknowledged, incident, decision, officer, manager
):
    cited = file_of(incident, officer) if on == "a file" else {}
    milder = {"kind": "no_recording_pause", "terms": {}}
    assert "is being heard" in why_not(manager, decision, **cited | milder)


def test_what_is_lifted_under_appeal_is_not_imposed_again_before_the_hearing(
    known, acknowledged, restriction, incident, manager, since
):
    restrictions.lift_restriction(restriction=restriction, by=manager, status_reason="We think it over.")
    fresh = factories.decision(by=manager, incidents=[incident, known])
    assert "is being heard" in why_not(manager, fresh, incidents=[incident])
    assert "ended while" in why_not(manager, fresh, incidents=[known])
    assert factories.restriction(by=manager, decision=fresh, incidents=[since()])


def test_an_interim_measure_meanwhile_is_for_a_new_danger(acknowledged, incident, manager, officer, customer):
    with pytest.raises(Incomplete, match="is being heard"):
        factories.interim_measure(by=manager, incidents=[incident])
    new = factories.incident(by=officer, customer=customer, occurred_at=timezone.now())
    assert factories.interim_measure(by=manager, incidents=[new])


def test_an_interim_measure_does_not_close_again_what_a_panel_opened(
    overturned, known, incident, manager, since
):
    for cited in (incident, known):
        with pytest.raises(Incomplete, match="A panel changed"):
            factories.interim_measure(by=manager, incidents=[cited], closed=["phone"])
    assert factories.interim_measure(by=manager, incidents=[since()], closed=["phone"])


def test_what_a_panel_ended_binds_after_the_record_is_merged_too(
    overturned, known, decision, manager, officer, customer
):
    twin = factories.customer(by=officer, name="Orla Bhriain")
    theirs = factories.assess_incident(factories.incident(by=officer, customer=twin), by=manager)
    customers.merge_customers(
        kept=twin, other=customer, by=manager, submission=uuid.uuid4(), why="One person."
    )
    decision = factories.decision(by=manager, incidents=[theirs])
    assert "A panel changed" in why_not(manager, decision)


@pytest.fixture
def twin(officer):
    """Another record of the customer whose phone a panel opened again."""
    return factories.customer(by=officer, name="Orla Bhriain")


def merge(kept, other, by):
    return customers.merge_customers(
        kept=kept, other=other, by=by, submission=uuid.uuid4(), why="One person."
    )


@pytest.mark.parametrize("how", ["closed", "limited", "for now"])
@pytest.mark.parametrize("kept", ["it is restricted", "it was heard"])
def test_what_a_panel_ended_is_not_imposed_on_another_record_and_merged(
    how, kept, overturned, customer, twin, manager, officer
):
    theirs = factories.assess_incident(
        factories.incident(by=officer, customer=twin, occurred_at=YESTERDAY), by=manager
    )
    if how == "for now":
        factories.interim_measure(by=manager, incidents=[theirs], closed=["phone"])
    else:
        limit = MEASURES["a limit"] if how == "limited" else {}
        factories.restriction(
            by=manager, decision=factories.decision(by=manager, incidents=[theirs]), **limit
        )
    both = (twin, customer) if kept == "it is restricted" else (customer, twin)
    with pytest.raises(Incomplete, match=r"A panel changed .* End "):
        merge(*both, manager)


def test_what_was_imposed_before_the_panel_met_or_on_something_since_is_merged(
    acknowledged, decide, customer, twin, manager, officer, incident
):
    theirs = factories.assess_incident(factories.incident(by=officer, customer=twin), by=manager)
    decision = factories.decision(by=manager, incidents=[theirs])
    factories.restriction(by=manager, decision=decision)
    decide(acknowledged, "upheld")
    new = factories.incident(by=officer, customer=twin, occurred_at=timezone.now())
    decision = factories.decision(by=manager, incidents=[factories.assess_incident(new, by=manager)])
    factories.restriction(by=manager, decision=decision)
    assert merge(customer, twin, manager)


@pytest.fixture
def heard(restriction, decision, log, executive, manager):
    """A panel upheld one appeal and eased another, both of which are about the phone."""
    limit = {"kind": "volume", "terms": LIMIT}
    limited = factories.restriction(by=manager, decision=decision, **limit)
    appeal = acknowledge(log(restriction, limited), executive)
    more = eased(limited, terms=LIMIT | {"most": {"contacts": 5, "minutes": None, "every": "week"}})
    verdicts = {
        restriction.reference: {"outcome": "upheld", "reasons": "It went too far."},
        limited.reference: {"outcome": "partly_upheld", "reasons": "Five are fair.", "changes": more},
    }
    return reviews.decide_appeal(
        appeal=appeal, by=executive, version=appeal.version, heard_on=today(), verdicts=verdicts
    )


@pytest.mark.parametrize("kept", ["it was heard", "it is empty"])
def test_what_a_panel_eased_is_no_bar_to_a_merge_nor_to_parting(heard, kept, customer, twin, manager):
    merge_of = merge(*((customer, twin) if kept == "it was heard" else (twin, customer)), manager)
    assert customers.unmerge_customers(merge=merge_of, by=manager, version=merge_of.version).undone_at


def test_what_was_imposed_before_the_panel_met_and_eased_after_it_is_merged(
    acknowledged, decide, customer, twin, manager, officer
):
    theirs = factories.assess_incident(factories.incident(by=officer, customer=twin), by=manager)
    terms = {"closed": ["phone", "office"], "open": ["letter"]}
    before = factories.restriction(
        by=manager, decision=factories.decision(by=manager, incidents=[theirs]), terms=terms
    )
    decide(acknowledged, "upheld")
    changes = eased(before, terms=terms | {"closed": ["phone"]})
    restrictions.vary_restriction(restriction=before.locked(), by=manager, status_reason="Calm.", **changes)
    assert merge(customer, twin, manager)


def test_a_customer_who_was_wrongly_merged_is_parted_whatever_was_imposed_since(
    overturned, customer, twin, manager, officer, since
):
    merge_of = merge(customer, twin, manager)
    new = since()
    factories.restriction(by=manager, decision=factories.decision(by=manager, incidents=[new]))
    incidents.reopen_incident(incident=new, by=manager, version=new.locked().version, reason="Look again")
    assert customers.unmerge_customers(merge=merge_of, by=manager, version=merge_of.version).undone_at


def test_what_an_appeal_is_about_is_asked_once_for_all_that_stands(
    overturned, twin, customer, manager, officer
):
    theirs = factories.assess_incident(factories.incident(by=officer, customer=twin), by=manager)
    decision = factories.decision(by=manager, incidents=[theirs])
    for kind in ("no_recording_pause", "withhold_staff_details"):
        factories.restriction(by=manager, decision=decision, kind=kind, terms={})
    with CaptureQueriesContext(connection) as queries:
        assert check_merge(customer, twin) is None
    table = AppealedRestriction.versions.through._meta.db_table
    assert (
        len([one for one in queries if f'FROM "{table}"' in one["sql"] or f'JOIN "{table}"' in one["sql"]])
        == 1
    )


def test_what_was_lifted_under_appeal_is_not_imposed_on_another_record_and_merged(
    acknowledged, restriction, customer, twin, manager, officer
):
    restrictions.lift_restriction(restriction=restriction, by=manager, status_reason="We think it over.")
    theirs = factories.assess_incident(
        factories.incident(by=officer, customer=twin, occurred_at=YESTERDAY), by=manager
    )
    imposed = factories.restriction(by=manager, decision=factories.decision(by=manager, incidents=[theirs]))
    with pytest.raises(Incomplete, match="ended while"):
        merge(customer, twin, manager)
    restrictions.lift_restriction(
        restriction=imposed.locked(), by=manager, status_reason="They are one person."
    )
    assert merge(customer, twin, manager)
