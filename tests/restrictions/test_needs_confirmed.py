"""Whoever closes a way of contact has checked with the customer what they need, or leaves post and one more way open."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cha_engagement.core.refusals import Incomplete
from cha_engagement.customers import actions as customers
from cha_engagement.customers.enums import Channel, ConfirmedWith, NeedCode
from cha_engagement.organisation.calendar import add_months, add_working_days, start_of_day, today
from incidents.enums import Category
from restrictions import actions
from restrictions.models import InterimMeasure, ManagementDecision, Restriction
from restrictions.tasks import TaskCode
from tests import factories
from tests.desks import task_rows

from .test_deciding import check_form, decision_page, measures_page

pytestmark = [pytest.mark.django_db, pytest.mark.policy("9"), pytest.mark.beyond("B2")]

NO_POST_LEFT = {"closed": ["letter"], "open": ["phone", "email", "office"]}
POST_ALONE = {"closed": ["phone", "office", "email", "online_form", "message"], "open": ["letter"]}
TWO_LEFT = {"closed": ["phone", "office"], "open": ["letter", "email"]}
SENTENCE = "It is not confirmed with them what they need"


@pytest.fixture
def unasked(manager, incident):
    """Return a decision at which the customer could not be asked."""
    return factories.decision(by=manager, incidents=[incident], needs_confirmed_with=ConfirmedWith.NOBODY)


@pytest.fixture
def incident(customer, officer):
    return factories.incident(by=officer, customer=customer)


def refused_fields(refused):
    return {refusal.field for refusal in refused.value.refusals}


def confirm(customer, by, confirmed_with=ConfirmedWith.CUSTOMER):
    return customers.confirm_needs(customer=customer, by=by, confirmed_with=confirmed_with)


# The decision


@pytest.fixture
def pages(customer):
    return {
        name: reverse(name, args=[customer.reference])
        for name in ("decide", "decide_measures", "decide_check")
    }


def test_a_decision_says_whether_needs_were_checked_with_the_customer(
    signed_in, manager, incident, pages, customer
):
    factories.assess_incident(incident, by=manager)
    client = signed_in(manager)
    for answer in ("", "yes"):
        response = client.post(pages["decide"], decision_page(incident, needs_confirmed_with=answer))
        assert list(response.context["form"].errors) == ["needs_confirmed_with"]
    checked = decision_page(incident, needs_confirmed_with="representative")
    answer = client.post(pages["decide"], checked | {"needs_confirmed_how": ""})
    assert list(answer.context["form"].errors) == ["needs_confirmed_how"]
    client.post(pages["decide"], checked | {"needs_confirmed_by": manager.username})
    nothing = {"known_restrictions": 0, "proportionality": "A talk will do.", "explained": "by_letter"}
    client.post(pages["decide_measures"], nothing)
    page = client.get(pages["decide_check"])
    assert "Yes, with somebody who speaks for them" in page.content.decode()
    client.post(pages["decide_check"], check_form(client, pages))
    assert ManagementDecision.objects.get().needs_confirmed_with == ConfirmedWith.REPRESENTATIVE
    customer.refresh_from_db()
    assert (customer.needs_confirmed_on, customer.needs_confirmed_with) == (
        timezone.localdate(),
        ConfirmedWith.REPRESENTATIVE,
    )
    assert (customer.needs_confirmed_how, customer.needs_confirmed_by) == ("phone", manager)


@pytest.mark.beyond("B29")
@pytest.mark.parametrize("answer", ConfirmedWith.values)
@pytest.mark.parametrize("recorded", [ConfirmedWith.CUSTOMER, ConfirmedWith.NOBODY])
def test_what_is_restricted_with_a_decision_goes_by_the_answer_in_it(
    signed_in, manager, incident, pages, customer, answer, recorded
):
    factories.assess_incident(incident, by=manager)
    confirm(customer, manager, recorded)
    client = signed_in(manager)
    client.post(pages["decide"], decision_page(incident, needs_confirmed_with=answer))
    measures = measures_page(incident, measures=[], closed=["letter"])
    shown = client.post(pages["decide_measures"], measures | {"show_first": "part"}).content.decode()
    sent = client.post(pages["decide_measures"], measures)
    is_refused = answer == ConfirmedWith.NOBODY
    assert (SENTENCE in shown) == is_refused
    assert (sent.status_code == 422) == is_refused
    assert (SENTENCE in sent.content.decode()) == is_refused


def test_needs_that_were_confirmed_before_are_not_once_nobody_could_be_asked_at_the_decision(
    customer, unasked
):
    customer.refresh_from_db()
    assert customer.needs_confirmed_on is None
    assert [row.event for row in customer.history.order_by("-sequence")[:1]] == ["confirm_needs"]


def test_nobody_confirms_that_no_adjustment_is_needed_without_having_been_asked(manager, incident):
    with pytest.raises(Incomplete) as refused:
        factories.decision(
            by=manager,
            incidents=[incident],
            needs_confirmed_with=ConfirmedWith.NOBODY,
            no_adjustment_needed=True,
        )
    assert refused_fields(refused) == {"no_adjustment_needed"}


@pytest.mark.parametrize("recorded", [{"accessibility_needs": "Low vision."}, {"needs": {"no_phone": ""}}])
def test_nobody_says_that_no_adjustment_is_needed_where_needs_are_recorded(
    manager, officer, incident, customer, recorded
):
    customers.change_customer(customer=customer, by=officer, version=customer.version, **recorded)
    with pytest.raises(Incomplete) as refused:
        factories.decision(by=manager, incidents=[incident], no_adjustment_needed=True, needs_considered="")
    assert refused_fields(refused) == {"no_adjustment_needed"}


# Wherever a way is closed


@pytest.mark.parametrize(
    ("kind", "terms"),
    [
        ("channel", NO_POST_LEFT),
        ("channel", POST_ALONE),
        ("other", factories.OWN_WORDS | {"closed": ["letter"]}),
        ("third_party", factories.ADVOCATE | {"open": ["phone", "email"]}),
        ("third_party", factories.ADVOCATE | {"open": [], "alone": True}),
    ],
)
def test_post_and_another_way_stay_open_to_whoever_could_not_be_asked(manager, unasked, kind, terms):
    agreed = [factories.agreement_file(by=manager, decision=unasked)] if terms.get("alone") else []
    facts = {"kind": kind, "terms": terms, "staff_instruction": "Ask a manager.", "evidence": agreed}
    with pytest.raises(Incomplete, match=SENTENCE):
        factories.restriction(by=manager, decision=unasked, **facts)
    with pytest.raises(Incomplete, match=SENTENCE):
        factories.proposal(by=manager, incidents=list(unasked.incidents.all()), **facts)
    confirm(unasked.customer, manager)
    assert factories.restriction(by=manager, decision=unasked, **facts).is_in_force


def test_two_that_leave_them_open_only_apart_are_refused_together(manager, unasked):
    factories.restriction(by=manager, decision=unasked, terms=TWO_LEFT)
    rest = {"closed": ["email", "online_form", "message"], "open": ["letter", "phone"]}
    with pytest.raises(Incomplete, match=SENTENCE):
        factories.restriction(by=manager, decision=unasked, terms=rest)


def test_a_way_that_they_cannot_use_or_that_is_in_doubt_is_no_other_way(manager, unasked, officer):
    terms = {"closed": ["phone", "office", "online_form", "message"], "open": ["letter", "email"]}
    customer = unasked.customer
    customer.refresh_from_db()
    customers.change_customer(
        customer=customer, by=officer, version=customer.version, needs={"no_internet": ""}
    )
    with pytest.raises(Incomplete, match=SENTENCE):
        factories.restriction(by=manager, decision=unasked, terms=terms)


def test_what_closes_no_way_by_which_they_reach_us_asks_nothing(manager, unasked):
    terms = {"closed": ["home_visit", "social_media"], "open": ["letter"]}
    assert factories.restriction(by=manager, decision=unasked, terms=terms).is_in_force


def test_words_changed_after_the_decision_are_asked_about_before_more_is_closed(manager, officer, incident):
    decision = factories.decision(by=manager, incidents=[incident])
    customer = decision.customer
    customer.refresh_from_db()
    customers.change_customer(
        customer=customer, by=officer, version=customer.version, accessibility_needs="Low mood."
    )
    with pytest.raises(Incomplete, match=SENTENCE):
        factories.restriction(by=manager, decision=decision, terms=NO_POST_LEFT)
    confirm(customer, manager)
    assert factories.restriction(by=manager, decision=decision, terms=NO_POST_LEFT).is_in_force


def test_a_proposal_is_asked_again_when_it_is_imposed(manager, officer, incident):
    decision = factories.decision(by=manager, incidents=[incident])
    proposal = factories.proposal(by=officer, incidents=[incident], terms=NO_POST_LEFT)
    confirm(decision.customer, officer, ConfirmedWith.NOBODY)
    with pytest.raises(Incomplete, match=SENTENCE):
        actions.impose_proposal(restriction=proposal, decision=decision, by=manager, version=proposal.version)


def test_a_new_version_is_asked_too(manager, incident):
    decision = factories.decision(by=manager, incidents=[incident])
    terms = {"closed": ["letter", "office"], "open": ["phone", "email"]}
    restriction = factories.restriction(by=manager, decision=decision, terms=terms)
    confirm(decision.customer, manager, ConfirmedWith.NOBODY)
    eased = {"status_reason": "Calm calls.", "review_months": 3, "first_review_on": add_months(today(), 3)}
    for terms, is_refused in (
        (NO_POST_LEFT, True),
        ({"closed": ["office"], "open": ["phone", "email"]}, False),
    ):
        vary = {"restriction": restriction, "by": manager, "terms": terms, **eased}
        if is_refused:
            with pytest.raises(Incomplete, match=SENTENCE):
                actions.vary_restriction(**vary)
        else:
            assert actions.vary_restriction(**vary).is_in_force


# Interim measures


@pytest.mark.beyond("B21")
def test_an_interim_measure_that_closes_a_way_says_whether_they_were_asked(manager, incident, customer):
    for closed, answer, fields in (
        ([Channel.PHONE], "", {"needs_confirmed_with"}),
        ([Channel.LETTER], ConfirmedWith.NOBODY, {"closed"}),
        (
            [Channel.PHONE, Channel.OFFICE, Channel.EMAIL, Channel.ONLINE_FORM, Channel.MESSAGE],
            "nobody",
            {"closed"},
        ),
    ):
        with pytest.raises(Incomplete) as refused:
            factories.interim_measure(
                by=manager, incidents=[incident], closed=closed, needs_confirmed_with=answer
            )
        assert refused_fields(refused) == fields
    assert not InterimMeasure.objects.exists()
    factories.interim_measure(
        by=manager, incidents=[incident], closed=[Channel.PHONE], needs_confirmed_with=ConfirmedWith.NOBODY
    )
    customer.refresh_from_db()
    assert customer.needs_confirmed_on is None


@pytest.mark.beyond("B21")
def test_an_interim_measure_that_closes_nothing_does_not_ask(manager, incident, customer):
    factories.interim_measure(by=manager, incidents=[incident], needs_confirmed_with="")
    confirmed_on = customer.needs_confirmed_on
    customer.refresh_from_db()
    assert customer.needs_confirmed_on == confirmed_on is not None


@pytest.mark.beyond("B21")
def test_an_interim_measure_is_not_made_longer_once_needs_leave_nothing_beside_post(
    manager, officer, customer
):
    threat = factories.incident(by=officer, customer=customer, categories=[Category.PHYSICAL_THREAT])
    interim = factories.interim_measure(
        by=manager,
        incidents=[threat],
        closed=[Channel.PHONE, Channel.OFFICE],
        needs_confirmed_with=ConfirmedWith.NOBODY,
    )
    customer.refresh_from_db()
    needs = {"no_internet": "", "no_phone": ""}
    customers.change_customer(customer=customer, by=officer, version=customer.version, needs=needs)
    facts = {"extension_reason": "The police ask us to wait.", "how_notified": "By letter."}
    with pytest.raises(Incomplete, match=SENTENCE):
        actions.extend_interim_measure(interim=interim, by=manager, version=interim.version, **facts)
    confirm(customer, officer)
    assert actions.extend_interim_measure(interim=interim, by=manager, version=interim.version, **facts)


# By hand, and from the page


def test_the_page_of_a_restriction_shows_it_and_a_request_made_by_hand_meets_it(signed_in, manager, unasked):
    url = f"{unasked.get_absolute_url()}restrict/?kind=channel"
    client = signed_in(manager)
    page = client.post(url, {"show_first": "part"} | NO_POST_LEFT)
    assert SENTENCE in page.content.decode()
    typed = {
        "submission": uuid.uuid4(),
        "reason": "You shouted at our colleagues.",
        "incidents": [str(incident) for incident in unasked.incidents.all()],
        "first_review_on": add_months(today(), 3).isoformat(),
        "review_months": 3,
        "easing_conditions": "Three months of calm letters. Ask Customer Services.",
    }
    answer = client.post(url, typed | NO_POST_LEFT)
    assert answer.status_code == 422
    assert SENTENCE in answer.content.decode()
    assert not Restriction.objects.exists()


def asked_to_confirm(user):
    return [row["reference"] for row in task_rows(user, TaskCode.CONFIRM_NEEDS)]


@pytest.mark.policy("9")
@pytest.mark.parametrize(
    "recorded", [{"needs": {NeedCode.FEARS_PHONE: ""}}, {"accessibility_needs": "Says little."}]
)
def test_whoever_looks_after_them_is_asked_to_check_needs_that_were_changed(recorded, manager, officer):
    other = factories.staff("other", "Officer")
    customer = factories.customer(by=officer, name="Asked", assigned_to=officer)
    incident = factories.incident(by=other, customer=customer)
    factories.restriction(
        by=manager, decision=factories.decision(by=manager, incidents=[incident]), **factories.WAITS
    )
    change = lambda **facts: customers.change_customer(  # noqa: E731
        customer=customer, by=officer, version=customer.reload_locked().version, **facts
    )
    assert asked_to_confirm(officer) == []
    change(**recorded, needs_confirmed_with=ConfirmedWith.NOBODY)
    assert asked_to_confirm(officer) == [customer.reference]
    assert asked_to_confirm(manager) == asked_to_confirm(other) == []
    customers.confirm_needs(customer=customer, by=officer, confirmed_with=ConfirmedWith.CUSTOMER)
    assert asked_to_confirm(officer) == []


@pytest.mark.policy("9")
def test_needs_wait_for_managers_where_nobody_looks_after_somebody_and_for_nobody_without_restrictions(
    manager, officer
):
    customer = factories.customer(by=officer, name="Asked")
    incident = factories.incident(by=officer, customer=customer)
    customers.change_customer(
        customer=customer,
        by=officer,
        version=customer.reload_locked().version,
        accessibility_needs="Says little.",
        needs_confirmed_with=ConfirmedWith.NOBODY,
    )
    assert asked_to_confirm(manager) == []
    interim = factories.interim_measure(
        by=manager, incidents=[incident], needs_confirmed_with=ConfirmedWith.NOBODY
    )
    assert asked_to_confirm(manager) == [customer.reference]
    assert asked_to_confirm(officer) == []
    actions.end_interim_measure(
        interim=interim, by=manager, version=interim.version, status_reason="Calm again."
    )
    assert asked_to_confirm(manager) == []


@pytest.mark.policy("9")
def test_needs_are_checked_within_days_and_not_of_somebody_who_has_died(manager, officer, time_machine):
    customer = factories.customer(by=officer, name="Asked", needs=[NeedCode.FEARS_PHONE])
    incident = factories.incident(by=officer, customer=customer)
    factories.restriction(by=manager, decision=factories.decision(by=manager, incidents=[incident]))
    time_machine.move_to(start_of_day(add_working_days(today(), 20)) + timedelta(hours=10))
    change = lambda **facts: customers.change_customer(  # noqa: E731
        customer=customer, by=officer, version=customer.reload_locked().version, **facts
    )
    change(accessibility_needs="Says little.", needs_confirmed_with=ConfirmedWith.NOBODY)
    (row,) = task_rows(manager, TaskCode.CONFIRM_NEEDS)
    assert row["due_on"] == add_working_days(today(), 5)
    change(deceased_on=today(), death_source="Their sister rang us this morning.")
    assert asked_to_confirm(manager) == []
