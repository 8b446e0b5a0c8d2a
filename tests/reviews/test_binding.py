"""An appeal binds: what is heard is not got round, and what a panel ended is not imposed again. Policy §22; B28."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cha_engagement.core.refusals import Incomplete
from cha_engagement.customers import actions as customers
from cha_engagement.customers.enums import Channel
from cha_engagement.organisation.calendar import today
from incidents import actions as incidents
from restrictions import actions as restrictions
from reviews import actions as reviews
from reviews.enums import AppealOutcome
from reviews.models import AppealedRestriction
from reviews.rules.binding import check_merge

from .. import factories, files
from .conftest import acknowledge_appeal, version_facts

pytestmark = [pytest.mark.django_db, pytest.mark.policy("22"), pytest.mark.beyond("B28")]

YESTERDAY = timezone.now() - timedelta(days=1)
LIMIT = {
    "limited": ["phone"],
    "most": {"contacts": 3, "minutes": None, "every": "week"},
    "days": [],
    "hours": [],
}


@pytest.fixture
def known_incident(officer, manager, customer):
    """An incident that was known, and assessed, before the panel met."""
    return factories.assess_incident(factories.incident(by=officer, customer=customer), by=manager)


@pytest.fixture
def overturned_restriction(known_incident, acknowledged_appeal, decide_appeal, restriction):
    """The phone was closed, and a panel has opened it again."""
    decide_appeal(acknowledged_appeal, AppealOutcome.UPHELD)
    return restriction


@pytest.fixture
def incident_since(officer, manager, customer):
    """`incident_since()` is an incident that has happened since, and was assessed."""

    def incident_since(**facts):
        incident = factories.incident(by=officer, customer=customer, occurred_at=timezone.now(), **facts)
        return factories.assess_incident(incident, by=manager)

    return incident_since


def restriction_on_file(incident, by):
    """A restriction that rests on a file of an incident, and on nothing else."""
    facts = {"file": files.pdf("post.pdf"), "summary": "A post", "submission": uuid.uuid4()}
    return {"incidents": [], "evidence": [incidents.add_evidence(incident=incident, by=by, **facts)]}


def refused_sentence(by, decision, **facts):
    with pytest.raises(Incomplete) as refused:
        factories.restriction(by=by, decision=decision, **factories.WAITS | facts)
    assert [refusal.field for refusal in refused.value.refusals] == ["incidents"]
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
def test_a_restriction_ended_by_a_panel_is_not_imposed_again_in_any_kind(
    request,
    measure,
    on,
    under,
    who,
    overturned_restriction,
    known_incident,
    incident,
    decision,
    officer,
    manager,
    management,
):
    by = request.getfixturevalue(who)
    if under == "a new one":
        decision = factories.decision(by=by, incidents=[incident, known_incident])
    cited = (
        restriction_on_file(known_incident, officer)
        if on == "a file"
        else {"incidents": [{"the same": incident}.get(on, known_incident)]}
    )
    facts = dict(MEASURES[measure])
    if measure == "one person":
        others = (factories.staff(name, "Officer") for name in ("contact", "deputy"))
        facts |= dict(zip(("named_contact", "deputy"), others, strict=True))
    assert "A panel changed" in refused_sentence(by, decision, **cited | facts)


def test_a_proposal_of_what_a_panel_ended_is_not_imposed(
    overturned_restriction, known_incident, decision, officer, manager
):
    proposal = factories.proposal(by=officer, incidents=[known_incident])
    with pytest.raises(Incomplete, match="A panel changed"):
        restrictions.impose_proposal(
            restriction=proposal, decision=decision, by=manager, version=proposal.version
        )


def test_a_restriction_is_imposed_again_on_an_assessed_incident_since(
    overturned_restriction, incident, decision, officer, manager, customer, incident_since
):
    new = factories.incident(by=officer, customer=customer, occurred_at=timezone.now())
    with pytest.raises(Incomplete, match="No manager has assessed"):
        factories.restriction(by=manager, decision=decision, incidents=[new])
    new.refresh_from_db()
    factories.assess_incident(new, by=manager)
    fresh = factories.decision(by=manager, incidents=[new])
    assert factories.restriction(by=manager, decision=fresh, incidents=[incident, new]).is_in_force


@pytest.mark.parametrize("trick", ["logged late", "dated again"])
def test_an_incident_before_the_verdict_is_no_new_ground_whenever_logged(
    trick, overturned_restriction, decision, officer, manager, customer, incident_since
):
    old = timezone.now() - timedelta(days=2)
    facts = {"by": officer, "customer": customer}
    incident = factories.incident(**facts, occurred_at=old)
    if trick == "dated again":
        now = timezone.now()
        incident = incidents.change_incident(
            incident=incident,
            by=manager,
            version=incident.version,
            occurred_at=now,
            correction_reason="She mistyped it.",
        )
    incident = factories.assess_incident(incident, by=manager)
    assert "A panel changed" in refused_sentence(manager, decision, incidents=[incident])


@pytest.mark.parametrize(
    "measure",
    [
        {"kind": "volume", "terms": LIMIT | {"limited": ["email"]}},
        {"kind": "no_recording_pause", "terms": {}},
        {"kind": "withhold_staff_details", "terms": {}},
    ],
)
def test_a_milder_measure_on_other_channels_may_be_imposed(
    measure, overturned_restriction, known_incident, decision, manager
):
    assert factories.restriction(
        by=manager, decision=decision, incidents=[known_incident], **factories.WAITS | measure
    )


def test_what_a_panel_eased_is_not_taken_back_once_its_version_ended(
    known_incident, restriction, log_appeal, decide_appeal, executive, manager, decision, customer
):
    wider = factories.restriction(
        by=manager,
        decision=decision,
        kind="volume",
        terms=LIMIT | {"most": {"contacts": 3, "minutes": None, "every": "week"}},
    )
    appeal = acknowledge_appeal(log_appeal(wider), executive)
    more = version_facts(wider, terms=LIMIT | {"most": {"contacts": 5, "minutes": None, "every": "week"}})
    varied = decide_appeal(appeal, AppealOutcome.PARTLY_UPHELD, changes=more).appealed.get().varied_to
    restrictions.lift_restriction(restriction=varied, by=manager, status_reason="Calm.")
    fewer = LIMIT | {"most": {"contacts": 4, "minutes": None, "every": "week"}}
    assert "A panel changed" in refused_sentence(
        manager, decision, incidents=[known_incident], kind="volume", terms=fewer
    )
    limit_left_by_panel = LIMIT | {"most": {"contacts": 5, "minutes": None, "every": "week"}}
    facts = {"kind": "volume", "terms": limit_left_by_panel, "first_review_on": varied.first_review_on}
    assert factories.restriction(
        by=manager, decision=decision, incidents=[known_incident], **factories.WAITS | facts
    )


@pytest.mark.beyond("B29")
def test_an_eased_limit_is_not_taken_back_by_an_interim_measure(
    known_incident, log_appeal, decide_appeal, executive, manager, decision, incident_since
):
    limited = factories.restriction(by=manager, decision=decision, kind="volume", terms=LIMIT)
    appeal = acknowledge_appeal(log_appeal(limited), executive)
    more = version_facts(limited, terms=LIMIT | {"most": {"contacts": 5, "minutes": None, "every": "week"}})
    decide_appeal(appeal, AppealOutcome.PARTLY_UPHELD, changes=more)
    with pytest.raises(Incomplete, match="A panel changed"):
        factories.interim_measure(by=manager, incidents=[known_incident], closed=[Channel.PHONE])
    assert factories.interim_measure(by=manager, incidents=[incident_since()], closed=[Channel.PHONE])


@pytest.mark.beyond("B29")
def test_a_channel_that_led_through_somebody_is_not_limited_in_another_way(
    known_incident, log_appeal, decide_appeal, executive, manager, decision, incident_since
):
    contact, deputy = (factories.staff(name, "Officer") for name in ("contact", "deputy"))
    named = factories.restriction(
        by=manager,
        decision=decision,
        kind="named_contact",
        terms={"open": ["letter", "email"]},
        named_contact=contact,
        deputy=deputy,
    )
    decide_appeal(acknowledge_appeal(log_appeal(named), executive), AppealOutcome.UPHELD)
    lighter = {"kind": "volume", "terms": LIMIT | {"limited": ["email"]}}
    assert "A panel changed" in refused_sentence(manager, decision, incidents=[known_incident], **lighter)
    assert factories.restriction(
        by=manager, decision=decision, incidents=[incident_since()], **factories.WAITS | lighter
    )


def test_a_verdict_on_a_restriction_that_had_ended_binds_too(
    known_incident, acknowledged_appeal, restriction, decide_appeal, decision, manager
):
    restrictions.lift_restriction(restriction=restriction, by=manager, status_reason="We think it over.")
    decided = decide_appeal(acknowledged_appeal, AppealOutcome.UPHELD)
    assert decided.appealed.get().outcome == AppealOutcome.UPHELD
    assert "A panel changed" in refused_sentence(manager, decision, incidents=[known_incident])


@pytest.mark.parametrize("on", ["the same", "a file"])
def test_nothing_new_is_imposed_on_incidents_under_appeal(
    on, acknowledged_appeal, incident, decision, officer, manager
):
    cited = restriction_on_file(incident, officer) if on == "a file" else {}
    milder = {"kind": "no_recording_pause", "terms": {}}
    assert "is being heard" in refused_sentence(manager, decision, **cited | milder)


def test_a_restriction_lifted_under_appeal_is_not_imposed_before_the_hearing(
    known_incident, acknowledged_appeal, restriction, incident, manager, incident_since
):
    restrictions.lift_restriction(restriction=restriction, by=manager, status_reason="We think it over.")
    fresh = factories.decision(by=manager, incidents=[incident, known_incident])
    assert "is being heard" in refused_sentence(manager, fresh, incidents=[incident])
    assert "ended while" in refused_sentence(manager, fresh, incidents=[known_incident])
    assert factories.restriction(by=manager, decision=fresh, incidents=[incident_since()], **factories.WAITS)


def test_an_interim_measure_during_an_appeal_needs_a_new_incident(
    acknowledged_appeal, incident, manager, officer, customer
):
    with pytest.raises(Incomplete, match="is being heard"):
        factories.interim_measure(by=manager, incidents=[incident])
    new = factories.incident(by=officer, customer=customer, occurred_at=timezone.now())
    assert factories.interim_measure(by=manager, incidents=[new])


def test_an_interim_measure_does_not_close_a_channel_that_a_panel_opened(
    overturned_restriction, known_incident, incident, manager, incident_since
):
    for cited in (incident, known_incident):
        with pytest.raises(Incomplete, match="A panel changed"):
            factories.interim_measure(by=manager, incidents=[cited], closed=[Channel.PHONE])
    assert factories.interim_measure(by=manager, incidents=[incident_since()], closed=[Channel.PHONE])


def test_a_verdict_binds_after_the_customers_record_was_merged(
    overturned_restriction, known_incident, decision, manager, officer, customer
):
    twin = factories.customer(by=officer, name="Orla Bhriain")
    twins_incident = factories.assess_incident(factories.incident(by=officer, customer=twin), by=manager)
    customers.merge_customers(
        kept=twin, other=customer, by=manager, submission=uuid.uuid4(), why="One person."
    )
    decision = factories.decision(by=manager, incidents=[twins_incident])
    assert "A panel changed" in refused_sentence(manager, decision)


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
def test_a_verdict_cannot_be_got_round_by_merging_another_record(
    how, kept, overturned_restriction, customer, twin, manager, officer
):
    twins_incident = factories.assess_incident(
        factories.incident(by=officer, customer=twin, occurred_at=YESTERDAY), by=manager
    )
    if how == "for now":
        factories.interim_measure(by=manager, incidents=[twins_incident], closed=[Channel.PHONE])
    else:
        limit = MEASURES["a limit"] if how == "limited" else {}
        factories.restriction(
            by=manager, decision=factories.decision(by=manager, incidents=[twins_incident]), **limit
        )
    both = (twin, customer) if kept == "it is restricted" else (customer, twin)
    with pytest.raises(Incomplete, match=r"A panel changed .* End "):
        merge(*both, manager)


def test_measures_before_the_verdict_or_on_new_incidents_do_not_stop_a_merge(
    acknowledged_appeal, decide_appeal, customer, twin, manager, officer, incident
):
    twins_incident = factories.assess_incident(factories.incident(by=officer, customer=twin), by=manager)
    decision = factories.decision(by=manager, incidents=[twins_incident])
    factories.restriction(by=manager, decision=decision)
    decide_appeal(acknowledged_appeal, AppealOutcome.UPHELD)
    new = factories.incident(by=officer, customer=twin, occurred_at=timezone.now())
    decision = factories.decision(by=manager, incidents=[factories.assess_incident(new, by=manager)])
    factories.restriction(by=manager, decision=decision)
    assert merge(customer, twin, manager)


@pytest.fixture
def decided_appeal(restriction, decision, log_appeal, executive, manager):
    """A panel upheld one appeal and eased another, both of which are about the phone."""
    limit = {"kind": "volume", "terms": LIMIT}
    limited = factories.restriction(by=manager, decision=decision, **limit)
    appeal = acknowledge_appeal(log_appeal(restriction, limited), executive)
    more = version_facts(limited, terms=LIMIT | {"most": {"contacts": 5, "minutes": None, "every": "week"}})
    verdicts = {
        restriction.reference: {"outcome": AppealOutcome.UPHELD, "reasons": "It went too far."},
        limited.reference: {
            "outcome": AppealOutcome.PARTLY_UPHELD,
            "reasons": "Five are fair.",
            "changes": more,
        },
    }
    return reviews.decide_appeal(
        appeal=appeal, by=executive, version=appeal.version, heard_on=today(), verdicts=verdicts
    )


@pytest.mark.parametrize("kept", ["it was heard", "it is empty"])
def test_a_version_that_a_panel_eased_stops_neither_a_merge_nor_its_undoing(
    decided_appeal, kept, customer, twin, manager
):
    merge_record = merge(*((customer, twin) if kept == "it was heard" else (twin, customer)), manager)
    assert customers.unmerge_customers(merge=merge_record, by=manager, version=merge_record.version).undone_at


def test_a_measure_before_the_verdict_and_eased_after_it_does_not_stop_a_merge(
    acknowledged_appeal, decide_appeal, customer, twin, manager, officer
):
    twins_incident = factories.assess_incident(factories.incident(by=officer, customer=twin), by=manager)
    terms = {"closed": ["phone", "office"], "open": ["letter"]}
    before = factories.restriction(
        by=manager, decision=factories.decision(by=manager, incidents=[twins_incident]), terms=terms
    )
    decide_appeal(acknowledged_appeal, AppealOutcome.UPHELD)
    changes = version_facts(before, terms=terms | {"closed": ["phone"]})
    restrictions.vary_restriction(
        restriction=before.reload_locked(), by=manager, status_reason="Calm.", **changes
    )
    assert merge(customer, twin, manager)


def test_a_wrong_merge_can_be_undone_whatever_was_imposed_since(
    overturned_restriction, customer, twin, manager, officer, incident_since
):
    merge_record = merge(customer, twin, manager)
    new = incident_since()
    factories.restriction(by=manager, decision=factories.decision(by=manager, incidents=[new]))
    incidents.reopen_incident(
        incident=new, by=manager, version=new.reload_locked().version, reason="Look again"
    )
    assert customers.unmerge_customers(merge=merge_record, by=manager, version=merge_record.version).undone_at


def test_checking_a_merge_loads_what_an_appeal_rests_on_once(
    overturned_restriction, twin, customer, manager, officer
):
    twins_incident = factories.assess_incident(factories.incident(by=officer, customer=twin), by=manager)
    decision = factories.decision(by=manager, incidents=[twins_incident])
    for kind in ("no_recording_pause", "withhold_staff_details"):
        factories.restriction(by=manager, decision=decision, kind=kind, terms={})
    with CaptureQueriesContext(connection) as queries:
        assert check_merge(customer, twin) == []
    table = AppealedRestriction.versions.through._meta.db_table
    assert (
        len(
            [
                query
                for query in queries
                if f'FROM "{table}"' in query["sql"] or f'JOIN "{table}"' in query["sql"]
            ]
        )
        == 1
    )


def test_lifting_under_appeal_cannot_be_got_round_by_merging_another_record(
    acknowledged_appeal, restriction, customer, twin, manager, officer
):
    restrictions.lift_restriction(restriction=restriction, by=manager, status_reason="We think it over.")
    twins_incident = factories.assess_incident(
        factories.incident(by=officer, customer=twin, occurred_at=YESTERDAY), by=manager
    )
    imposed = factories.restriction(
        by=manager, decision=factories.decision(by=manager, incidents=[twins_incident])
    )
    with pytest.raises(Incomplete, match="ended while"):
        merge(customer, twin, manager)
    restrictions.lift_restriction(
        restriction=imposed.reload_locked(), by=manager, status_reason="They are one person."
    )
    assert merge(customer, twin, manager)
