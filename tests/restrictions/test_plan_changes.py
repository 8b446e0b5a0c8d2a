"""Whoever restricts, reviews or hears an appeal sees what the customer will be able to do, before it is done. Beyond the policy: B29."""

import uuid
from datetime import timedelta
from itertools import combinations, permutations
from types import SimpleNamespace

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.contact_plan import (
    ContactPlan,
    PlannedChannel,
)
from cha_engagement.customers.enums import INBOUND_CHANNELS, Channel, ChannelState
from cha_engagement.organisation.calendar import today
from restrictions.actions import notify_customer
from restrictions.contact_plan import (
    PlanChanges,
    PlannedStep,
    combine_into_plan,
    is_at_most_as_limited,
    plan_changes,
)
from restrictions.models import InterimMeasure, Restriction
from reviews.models import Appeal
from tests import factories
from tests.factories import AT_ONCE, TERMS_BY_KIND, WAITS

pytestmark = pytest.mark.beyond("B29")

DAYS = [None, *(today() + timedelta(days=days) for days in (7, 30))]
SHOWN = {"show_first": "part"}


@pytest.fixture(params=[AT_ONCE, WAITS], ids=["at once", "waits"])
def restriction(request, manager, decision):
    """A closed phone: what a step changes is shown alike whether it applies or waits for its customer to be told."""
    return factories.restriction(by=manager, decision=decision, **request.param)


def source(ends_on):
    return SimpleNamespace(ends_on=ends_on)


def limits_of(*limits):
    """Return limits on calls, each so many contacts a week."""
    terms = {"limited": ["phone"], "days": [], "hours": []}
    restrictions = [
        Restriction(
            kind="volume", terms=terms | {"most": {"contacts": most, "minutes": None, "every": "week"}}
        )
        for most in sorted(limits)
    ]
    return tuple((restriction, restriction.channel_limits[Channel.PHONE]) for restriction in restrictions)


def words_of(*words):
    """Return what limits or leads a channel in words that nobody can compare."""
    return tuple((Restriction(kind="channel"), text) for text in words)


planned_channels = st.builds(
    lambda closed, limits, other_limits, led: PlannedChannel(
        Channel.PHONE,
        closed_by=tuple(source(day) for day in closed),
        limited_by=(*limits_of(*limits), *words_of(*other_limits)),
        led_by=words_of(*led),
    ),
    st.lists(st.sampled_from(DAYS), max_size=2),
    st.sets(st.sampled_from([2, 3, 4])),
    st.sets(st.sampled_from(["on Mondays", "in the morning"])),
    st.sets(st.sampled_from(["ask for Ailsa", "ask for Bran"])),
)


@given(planned_channels, planned_channels, planned_channels)
def test_one_plan_limits_at_most_as_much_as_another_consistently(one, other, third):
    assert is_at_most_as_limited(one, one)
    if is_at_most_as_limited(one, other) and is_at_most_as_limited(other, third):
        assert is_at_most_as_limited(one, third)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, {"closed_by": (source(None),)}, "less"),
        ({"closed_by": (source(DAYS[1]),)}, {"closed_by": (source(DAYS[2]),)}, "less"),
        ({"closed_by": (source(DAYS[2]),)}, {"closed_by": (source(DAYS[1]),)}, "more"),
        ({"closed_by": (source(None),)}, {"limited_by": limits_of(2)}, "more"),
        ({"limited_by": limits_of(3)}, {"limited_by": limits_of(2)}, "less"),
        ({"limited_by": limits_of(2)}, {"limited_by": limits_of(3)}, "more"),
        ({"limited_by": limits_of(2)}, {"limited_by": (*limits_of(3), *words_of("on Mondays"))}, "less"),
        ({}, {"led_by": words_of("ask for Ailsa")}, "less"),
        ({"led_by": words_of("ask for Ailsa")}, {"led_by": words_of("ask for Bran")}, "changed"),
        ({"limited_by": words_of("a")}, {"limited_by": words_of("b")}, "less"),
    ],
)
@pytest.mark.django_db
def test_whatever_is_not_plainly_more_than_before_is_shown_as_less(before, after, expected):
    plans = [
        ContactPlan(
            {
                channel: PlannedChannel(channel, **(facts if channel == Channel.PHONE else {}))
                for channel in Channel
            },
            sources=(),
            routes=(),
        )
        for facts in (before, after)
    ]
    changes = PlanChanges(*plans)
    lists = {
        name: [planned.channel for planned in getattr(changes, name)]
        for name in ("less", "more", "changed", "same")
    }
    assert [name for name, channels in lists.items() if Channel.PHONE in channels] == [expected]
    assert [*lists["less"], *lists["more"], *lists["changed"]] == [Channel.PHONE]


@pytest.fixture
def unsaved(customer, officer, manager):
    """A restriction of each kind, as a form would make it, and an interim measure."""
    people = {"named_contact": officer, "deputy": manager}
    restrictions = [
        Restriction(
            customer=customer,
            kind=kind,
            terms=terms,
            starts_on=today(),
            **(people if kind == "named_contact" else {}),
        )
        for kind, terms in TERMS_BY_KIND.items()
    ]
    interim = InterimMeasure(
        customer=customer, closed=["phone"], starts_on=today(), ends_on=today() + timedelta(days=5)
    )
    return [*restrictions, interim]


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 2, 3])
def test_to_take_any_measure_away_limits_no_channel_further(unsaved, count):
    for measures in combinations(unsaved, count):
        before = combine_into_plan(measures)
        for measure in measures:
            changes = PlanChanges(
                before, combine_into_plan(other for other in measures if other is not measure)
            )
            assert not changes.less, (measure, measures)
            assert not changes.new_measures


@pytest.mark.django_db
def test_the_order_of_measures_changes_no_channel(unsaved):
    for measures in combinations(unsaved, 2):
        states = [
            [(planned.state, planned.closed_until, {*planned.words}) for planned in combine_into_plan(order)]
            for order in permutations(measures)
        ]
        assert states[0] == states[1], measures


@pytest.mark.django_db
def test_a_channel_is_open_limited_led_or_closed(unsaved):
    def states(*kinds):
        plan = combine_into_plan(measure for measure in unsaved if getattr(measure, "kind", "") in kinds)
        return [plan.channels[channel].state for channel in (Channel.PHONE, Channel.LETTER, Channel.OFFICE)]

    assert states("withhold_staff_details") == [ChannelState.OPEN] * 3
    assert states("volume", "channel") == [ChannelState.LIMITED, ChannelState.OPEN, ChannelState.CLOSED]
    assert states("volume", "named_contact") == [
        ChannelState.CLOSED,
        ChannelState.THROUGH,
        ChannelState.CLOSED,
    ]


@pytest.mark.django_db
def test_a_step_is_compared_on_the_day_from_which_it_counts(restriction):
    customer, later = restriction.customer, today() + timedelta(days=30)
    terms = {"closed": ["office"], "open": ["letter"]}
    added = Restriction(customer=customer, kind="channel", terms=terms, starts_on=later)
    changes = plan_changes(customer, PlannedStep(adding=(added,), without=(restriction,)))
    assert [planned.channel for planned in changes.less] == [Channel.OFFICE]
    assert {planned.channel for planned in changes.more} == restriction.closed_channels


def shown(response):
    """Return what a part of a page says, each list under its heading."""
    page = html.fragment_fromstring(response.content.decode(), create_parent=True)
    return {
        heading.text_content(): [
            " ".join(item.text_content().split()) for item in heading.getnext().findall("li")
        ]
        for heading in page.findall(".//h3")
    }


@pytest.mark.django_db
@pytest.mark.beyond("B2")
def test_a_manager_sees_what_a_restriction_would_change_and_nothing_is_saved(signed_in, manager, restriction):
    decision = restriction.decision
    url = reverse("restrict", args=[decision.reference]) + "?kind=channel"
    closed = [channel for channel in INBOUND_CHANNELS if channel not in restriction.closed_channels]
    response = signed_in(manager).post(url, SHOWN | {"closed": closed[:1], "open": closed[1:2]})
    assert response.status_code == 200
    lists = shown(response)
    assert [line.split(":")[0] for line in lists["Less than now"]] == [closed[0].label]
    assert not lists.get("More than now")
    assert list(Restriction.objects.all()) == [restriction]


@pytest.mark.django_db
@pytest.mark.beyond("B2")
def test_a_dead_end_is_named_before_it_is_sent(signed_in, manager, restriction):
    """Each would leave a way in; both together leave none."""
    url = reverse("restrict", args=[restriction.decision.reference]) + "?kind=channel"
    left = sorted(restriction.closed_channels)[:1]
    closed = [channel.value for channel in INBOUND_CHANNELS if channel not in left]
    response = signed_in(manager).post(url, SHOWN | {"closed": closed, "open": left})
    assert b"would leave no way to reach us" in response.content


@pytest.mark.django_db
def test_what_is_still_to_be_filled_in_is_said(signed_in, manager, decision):
    url = reverse("restrict", args=[decision.reference]) + "?kind=named_contact"
    response = signed_in(manager).post(url, SHOWN)
    assert b"Not shown yet:" in response.content
    assert shown(response) == {}


@pytest.mark.django_db
def test_without_scripts_a_button_shows_it_in_the_page_and_saves_nothing(signed_in, manager, decision):
    url = reverse("restrict", args=[decision.reference]) + "?kind=channel"
    answers = {
        "show_first": "1",
        "submission": uuid.uuid4(),
        "reason": "You shouted.",
        "closed": "phone",
        "open": "letter",
    }
    response = signed_in(manager).post(url, answers)
    page = html.fromstring(response.content)
    assert "Phone: closed" in " ".join(page.get_element_by_id("what-changes").text_content().split())
    assert b"You shouted." in response.content
    assert not Restriction.objects.exists()


@pytest.mark.django_db
def test_an_interim_measure_shows_until_when_it_closes_a_channel(signed_in, manager, incident):
    url = reverse("interim_new", args=[incident.customer.reference])
    response = signed_in(manager).post(url, SHOWN | {"closed": ["phone"]})
    assert [line.split(" (")[0] for line in shown(response)["Less than now"]] == [
        f"Phone: closed until {uk_date(response.context['changes'].less[0].closed_until)}"
    ]
    assert not InterimMeasure.objects.exists()


@pytest.mark.django_db
@pytest.mark.policy("22")
@pytest.mark.parametrize("outcome", ["lift", "vary", "continue"])
def test_a_review_shows_what_its_outcome_would_change(signed_in, manager, restriction, outcome):
    review = restriction.reviews.get()
    kept = sorted(restriction.closed_channels)[:1]
    answers = {
        "version": review.version,
        "outcome": outcome,
        "closed": kept,
        "open": restriction.terms["open"],
    }
    response = signed_in(manager).post(reverse("review_hold", args=[review.reference]), SHOWN | answers)
    opened = {
        "lift": restriction.closed_channels,
        "vary": restriction.closed_channels - {*kept},
        "continue": set(),
    }[outcome]
    more = shown(response).get("More than now", [])
    assert {line.split(":")[0] for line in more} == {Channel(code).label for code in opened}
    review.refresh_from_db()
    assert review.status == "scheduled"


@pytest.mark.django_db
@pytest.mark.beyond("B23")
@pytest.mark.parametrize(
    ("begins", "is_told", "is_said"),
    [(WAITS, False, True), (WAITS, True, False), ({}, False, False)],
    ids=["waits", "told", "for safety"],
)
def test_a_review_says_that_what_it_changes_begins_once_they_are_told(
    signed_in, manager, decision, begins, is_told, is_said
):
    restriction = factories.restriction(by=manager, decision=decision, **begins)
    if is_told:
        notify_customer(restriction=restriction, on=today(), by=manager)
    review = restriction.reviews.get()
    answers = {
        "version": review.version,
        "outcome": "vary",
        "closed": ["phone"],
        "open": ["letter", "email", "office"],
    }
    response = signed_in(manager).post(reverse("review_hold", args=[review.reference]), SHOWN | answers)
    assert ("Once they have been told" in response.content.decode()) == is_said
    assert "Less than now" not in shown(response)


@pytest.mark.django_db
@pytest.mark.policy("22")
@pytest.mark.parametrize("outcome", ["upheld", "not_upheld"])
def test_a_panel_sees_what_its_verdict_would_change(signed_in, executive, restriction, suspend, outcome):
    """While the restriction is suspended for the appeal, to uphold it changes nothing, and not to closes what is open meanwhile."""
    suspend(restriction)
    appeal = Appeal.objects.get()
    name = f"{restriction.reference}-outcome"
    response = signed_in(executive).post(
        reverse("appeal_decide", args=[appeal.reference]), SHOWN | {"version": appeal.version, name: outcome}
    )
    less = shown(response).get("Less than now", [])
    closed = restriction.closed_channels if outcome == "not_upheld" else set()
    assert {line.split(":")[0] for line in less} == {Channel(code).label for code in closed}


@pytest.mark.django_db
@pytest.mark.policy("22")
def test_a_panel_sees_what_opens_while_a_restriction_is_suspended(signed_in, executive, restriction, suspend):
    suspend(restriction)
    appeal = Appeal.objects.get()
    url = reverse("appeal_suspend", args=[appeal.reference])
    for chosen, heading in (([], "Less than now"), ([restriction.reference], "")):
        answers = SHOWN | {"version": appeal.version, "restrictions": chosen}
        lists = shown(signed_in(executive).post(url, answers))
        assert {"Less than now", "More than now"} & {*lists} == {heading} - {""}


@pytest.mark.django_db
@pytest.mark.beyond("B21")
def test_to_end_an_interim_measure_shows_what_opens(signed_in, manager, incident):
    interim = factories.interim_measure(by=manager, incidents=[incident], closed=["phone"])
    page = signed_in(manager).get(reverse("interim_end", args=[interim.reference]))
    assert [planned.channel for planned in page.context["changes"].more] == [Channel.PHONE]


@pytest.mark.django_db
def test_to_lift_a_restriction_shows_what_opens(signed_in, manager, restriction):
    page = signed_in(manager).get(reverse("restriction_lift", args=[restriction.reference]))
    opened = {planned.channel for planned in page.context["changes"].more}
    assert opened == restriction.closed_channels
    assert b"More than now" in page.content


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["officer", "executive", "dpo"])
def test_whoever_may_not_restrict_is_shown_nothing(signed_in, request, decision, role):
    url = reverse("restrict", args=[decision.reference]) + "?kind=channel"
    response = signed_in(request.getfixturevalue(role)).post(url, SHOWN | {"closed": ["phone"]})
    assert response.status_code in (403, 404)


@pytest.mark.django_db
def test_what_the_customer_cannot_use_is_not_shown_as_a_way_that_is_left(signed_in, manager, officer):
    customer = factories.customer(by=officer, needs=["no_post"], accessibility_needs="Does not read.")
    incident = factories.assess_incident(factories.incident(by=officer, customer=customer), by=manager)
    decision = factories.decision(by=manager, incidents=[incident])
    url = reverse("restrict", args=[decision.reference]) + "?kind=channel"
    answers = {"closed": ["phone", "office", "message"], "open": ["email"]}
    response = signed_in(manager).post(url, SHOWN | answers)
    assert "Letter: open, but they cannot use it" in shown(response)["As now"]
    assert "What is recorded of their needs says" in response.content.decode()


@pytest.mark.django_db
@pytest.mark.policy("21")
def test_what_is_made_for_one_customer_is_shown_once_it_says_what_staff_do(signed_in, manager, decision):
    url = reverse("restrict", args=[decision.reference]) + "?kind=other"
    answers = {"closed": ["office"], "affected_matters": ["none"], "description": "We meet at the library."}
    client = signed_in(manager)
    assert b"Not shown yet: Say what staff should do" in client.post(url, SHOWN | answers).content
    lists = shown(client.post(url, SHOWN | answers | {"staff_instruction": "Meet her there."}))
    assert [line.split(":")[0] for line in lists["Less than now"]] == ["In person at the office"]
    assert "the usual words are used" not in client.get(url).content.decode()


@pytest.mark.django_db
def test_to_lift_what_has_not_begun_shows_what_it_would_have_closed(signed_in, manager, decision):
    later = factories.restriction(by=manager, decision=decision, not_before=today() + timedelta(days=30))
    page = signed_in(manager).get(reverse("restriction_lift", args=[later.reference]))
    assert {planned.channel for planned in page.context["changes"].more} == later.closed_channels
    assert f"From {uk_date(later.starts_on)}:" in page.content.decode()


@pytest.mark.django_db
@pytest.mark.policy("21.4")
def test_a_third_party_is_named_beside_the_channels(signed_in, manager, decision):
    url = reverse("restrict", args=[decision.reference]) + "?kind=third_party"
    lists = shown(signed_in(manager).post(url, SHOWN | TERMS_BY_KIND["third_party"]))
    assert any("speaks with us for them" in line for line in lists["Less than now"])


@pytest.mark.django_db
@pytest.mark.policy("22")
def test_a_review_that_is_refused_shows_its_page_again(signed_in, manager, restriction):
    """The action refuses its outcome: nothing differs, and the form says so."""
    review = restriction.reviews.get()
    answers = {
        "version": review.version,
        "outcome": "vary",
        **factories.THEIR_SIDE,
        "findings": "Calm letters for three months.",
        "reasons": "You have kept to it.",
        "next_review_on": review.due_on.isoformat(),
        "closed": restriction.terms["closed"],
        "open": restriction.terms["open"],
    }
    response = signed_in(manager).post(reverse("review_hold", args=[review.reference]), answers)
    assert response.status_code == 422
    assert b"What they will be able to do" in response.content


@pytest.mark.django_db
@pytest.mark.beyond("B21")
def test_an_interim_measure_that_is_refused_still_shows_what_it_closes(signed_in, manager, incident):
    url = reverse("interim_new", args=[incident.customer.reference])
    answers = {"submission": uuid.uuid4(), "closed": [channel.value for channel in INBOUND_CHANNELS]}
    response = signed_in(manager).post(url, answers)
    assert response.status_code == 422
    closed = {planned.channel for planned in response.context["changes"].less}
    assert closed >= {*INBOUND_CHANNELS}
