"""No set of restrictions closes every way in that a customer can use."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cha_engagement.core.records import writing
from cha_engagement.core.refusals import Incomplete
from cha_engagement.customers.enums import INBOUND_CHANNELS
from cha_engagement.organisation.calendar import add_months, today
from cha_engagement.staff.models import StaffMember
from restrictions import actions, rules
from restrictions.contact_plan import applies_on
from restrictions.enums import RestrictionStatus
from restrictions.models import Restriction
from tests import factories
from tests.desks import task_rows

WAYS = [way.value for way in INBOUND_CHANNELS]
some_ways = st.sets(st.sampled_from(WAYS), max_size=5)
days = st.integers(0, 30).map(lambda count: today() + timedelta(days=count))


@st.composite
def restrictions(draw):
    """Some in force, unsaved: days, and the ways that each closes."""
    starts_on = draw(days)
    ends_on = draw(st.none() | st.integers(0, 30).map(lambda count: starts_on + timedelta(days=count)))
    if draw(st.booleans()):
        people = {"named_contact": StaffMember(pk=1), "deputy": StaffMember(pk=2)}
        return Restriction(
            kind="named_contact",
            terms={"open": sorted(draw(some_ways))},
            starts_on=starts_on,
            ends_on=ends_on,
            **people,
        )
    return Restriction(
        kind="channel",
        terms={"closed": sorted(draw(some_ways)), "open": []},
        starts_on=starts_on,
        ends_on=ends_on,
    )


@pytest.mark.django_db
@pytest.mark.beyond("B2")
@given(new=restrictions(), others=st.lists(restrictions(), max_size=4), cannot_use=some_ways)
@settings(max_examples=200)
def test_a_way_in_is_left_on_every_day_or_the_set_is_refused(new, others, cannot_use):
    refusals = rules.check_open_channel_with(new, others, cannot_use)
    is_cut_off = False
    for count in range(61):
        day = today() + timedelta(days=count)
        if applies_on(new, day):
            closed = [
                each.kind_rules.closed_channels(each) for each in [new, *others] if applies_on(each, day)
            ]
            is_cut_off = is_cut_off or not set(WAYS) - set().union(*closed) - cannot_use
    assert bool(refusals) == is_cut_off


@pytest.fixture
def incident(db, customer, officer):
    return factories.incident(by=officer, customer=customer)


@pytest.mark.beyond("B2")
def test_two_that_together_close_everything_are_refused_by_name(decision, manager, officer):
    factories.restriction(by=manager, decision=decision)  # the phone is closed
    with pytest.raises(Incomplete, match=r"would leave no way to reach us. Closed: .*Phone.*Leave one open"):
        factories.restriction(
            by=manager, decision=decision, **factories.named_contact_facts(officer, manager, "phone")
        )
    assert factories.restriction(
        by=manager, decision=decision, **factories.named_contact_facts(officer, manager, "phone", "email")
    ).is_in_force


@pytest.mark.beyond("B2")
def test_ways_that_the_customer_cannot_use_do_not_count(manager, officer):
    customer = factories.customer(
        by=officer,
        name="Cannot Write",
        needs=["cannot_write"],
    )
    decision = factories.decision(by=manager, incidents=[factories.incident(by=officer, customer=customer)])
    closed = {"closed": ["phone", "office"], "open": ["letter", "email"]}
    with pytest.raises(Incomplete, match="cannot use"):
        factories.restriction(by=manager, decision=decision, terms=closed)
    assert factories.restriction(
        by=manager, decision=decision, terms={"closed": ["phone"], "open": ["office"]}
    ).is_in_force


@pytest.mark.beyond("B2")
def test_it_is_asked_again_when_a_proposal_is_imposed(decision, manager, officer, incident):
    proposal = factories.proposal(
        by=officer, incidents=[incident], **factories.named_contact_facts(officer, manager, "phone")
    )
    factories.restriction(by=manager, decision=decision)
    with pytest.raises(Incomplete, match="no way to reach us"):
        actions.impose_proposal(restriction=proposal, decision=decision, by=manager, version=1)


@pytest.mark.beyond("B2")
def test_it_is_asked_again_when_one_is_varied(decision, manager, officer):
    factories.restriction(by=manager, decision=decision)
    contact = factories.restriction(
        by=manager, decision=decision, **factories.named_contact_facts(officer, manager, "email")
    )
    with pytest.raises(Incomplete, match="no way to reach us"):
        actions.vary_restriction(
            restriction=contact,
            by=manager,
            terms={"open": ["phone"]},
            status_reason="Changed",
            named_contact=officer,
            deputy=manager,
            first_review_on=add_months(today(), 3),
            review_months=3,
        )


@pytest.mark.beyond("B2")
def test_it_is_asked_again_when_one_is_resumed(decision, manager, customer, suspend, executive):
    phone = suspend(factories.restriction(by=manager, decision=decision))
    writing.save_record(
        customer, by=manager, reason="Needs", cannot_use=[way for way in WAYS if way != "phone"]
    )
    with pytest.raises(Incomplete, match="no way to reach us"):
        actions.resume_restriction(restriction=phone, by=executive)


@pytest.mark.beyond("B2")
def test_what_is_suspended_counts_because_it_applies_again(decision, manager, suspend):
    suspend(factories.restriction(by=manager, decision=decision))
    somebody = factories.staff("somebody", "Officer")
    with pytest.raises(Incomplete, match="no way to reach us"):
        factories.restriction(
            by=manager, decision=decision, **factories.named_contact_facts(somebody, manager, "phone")
        )


@pytest.mark.beyond("B2")
def test_restrictions_that_never_stand_together_do_not_add_up(decision, manager, officer):
    month = today() + timedelta(days=30)
    factories.restriction(
        by=manager, decision=decision, ends_on=month, first_review_on=today() + timedelta(days=20)
    )
    later = factories.named_contact_facts(officer, manager, "phone") | {
        "not_before": month + timedelta(days=1),
        "first_review_on": month + timedelta(days=60),
    }
    assert factories.restriction(by=manager, decision=decision, **later).status == RestrictionStatus.IMPOSED


MORNING = {
    "limited": ["phone"],
    "most": {"contacts": None, "minutes": None, "every": ""},
    "days": [],
    "hours": ["09:00", "10:00"],
}


def change_hours(organisation, first, last):
    organisation.staffed_from_hour, organisation.staffed_until_hour = first, last
    organisation.save()


@pytest.mark.beyond("B2")
def test_an_hour_in_which_nobody_answers_is_no_way_in(organisation, decision, manager, customer):
    """The hours in which somebody answers have changed since the phone was limited to the morning."""
    limited = factories.restriction(by=manager, decision=decision, kind="volume", terms=MORNING)
    closed = {"closed": [way for way in WAYS if way != "phone"], "open": ["phone"]}
    impose = lambda: factories.restriction(by=manager, decision=decision, terms=closed)  # noqa: E731
    change_hours(organisation, 10, 16)
    with pytest.raises(Incomplete, match="no way to reach us"):
        impose()
    change_hours(organisation, 9, 16)
    closing = impose()
    assert not task_rows(manager, "restriction.open")
    change_hours(organisation, 10, 16)
    asked = {row["reference"] for row in task_rows(manager, "restriction.open")}
    assert asked == {limited.reference, closing.reference}
    actions.lift_restriction(restriction=limited, by=manager, status_reason="Calm since.")
    assert not task_rows(manager, "restriction.open")


ALL_BUT_MESSAGES = {"closed": [way for way in WAYS if way != "message"], "open": ["message"]}


@pytest.mark.beyond("B2")
def test_a_way_without_a_number_of_ours_is_no_way_in(organisation, decision, manager, customer, officer):
    def impose(**facts):
        return factories.restriction(by=manager, decision=decision, **facts)

    with pytest.raises(Incomplete, match="cannot use any of these"):
        impose(terms=ALL_BUT_MESSAGES)
    deputy = factories.staff("deputy", "Officer")
    with pytest.raises(Incomplete, match=r"We keep no number or address for: .*Text or messaging"):
        impose(**factories.named_contact_facts(officer, deputy, "message"))
    organisation.text_number = "07700 900123"
    organisation.save()
    closing = impose(terms=ALL_BUT_MESSAGES)
    assert not task_rows(manager, "restriction.open")
    organisation.text_number = ""
    organisation.save()
    assert [row["reference"] for row in task_rows(manager, "restriction.open")] == [closing.reference]


@pytest.mark.beyond("B2")
def test_post_and_a_way_without_a_number_are_not_two_ways(organisation, decision, manager, customer):
    writing.save_record(
        customer, by=manager, reason="Needs", needs_confirmed_on=None, needs_confirmed_with=""
    )
    closed = [way for way in WAYS if way not in ("letter", "message")]
    terms = {"closed": closed, "open": ["letter", "message"]}
    with pytest.raises(Incomplete, match="It is not confirmed with them"):
        factories.restriction(by=manager, decision=decision, terms=terms)


@pytest.mark.beyond("B2")
@pytest.mark.parametrize(
    ("most", "is_refused"),
    [
        ({"contacts": None, "minutes": 15, "every": "week"}, True),
        ({"contacts": None, "minutes": 75, "every": "month"}, True),
        ({"contacts": None, "minutes": 16, "every": "week"}, False),
        ({"contacts": 1, "minutes": None, "every": "week"}, False),
    ],
)
def test_a_quarter_of_an_hour_a_week_is_no_way_in(decision, manager, most, is_refused):
    """What any limit leaves is too little for the only way, whichever of the two is imposed first."""
    limit = {"kind": "volume", "terms": MORNING | {"most": most, "hours": []}}
    others = {"terms": {"closed": [way for way in WAYS if way != "phone"], "open": ["phone"]}}
    factories.restriction(by=manager, decision=decision, **limit)
    if is_refused:
        with pytest.raises(Incomplete, match=r"Limited too far to rely on: Phone. Leave one open"):
            factories.restriction(by=manager, decision=decision, **others)
    else:
        assert factories.restriction(by=manager, decision=decision, **others).is_in_force


@pytest.mark.beyond("B2")
def test_a_letter_waits_until_somebody_answers(organisation, decision, manager):
    by_letter = MORNING | {"limited": ["letter"]}
    factories.restriction(by=manager, decision=decision, kind="volume", terms=by_letter)
    change_hours(organisation, 10, 16)
    closed = {"closed": [way for way in WAYS if way != "letter"], "open": ["letter"]}
    assert factories.restriction(by=manager, decision=decision, terms=closed).is_in_force
