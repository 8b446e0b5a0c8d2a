"""A threat at a quarter to five on a Friday: beyond the policy, B21."""

import itertools
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cha_engagement.core.records import Stale
from cha_engagement.core.refusals import Incomplete, Refused
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers import actions as customers
from cha_engagement.customers.enums import Channel
from cha_engagement.organisation.calendar import add_working_days, today
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.roles import ROLES
from incidents.enums import ZERO_TOLERANCE, Category, Harm, Outcome
from restrictions import actions
from restrictions.daily import lapse_interim_measures
from restrictions.enums import TRANSITIONS, InterimEvent, InterimStatus
from restrictions.letters import channel_placeholders
from restrictions.models import InterimMeasure
from tests import desks, factories

pytestmark = [pytest.mark.django_db, pytest.mark.beyond("B21")]

TABLE = TRANSITIONS["InterimMeasure"]
MANAGERS = {"Manager", "Management Team", "CCSM"}


@pytest.fixture
def interim(manager, incident):
    return factories.interim_measure(by=manager, incidents=[incident], closed=[Channel.PHONE])


def card(customer):
    return desks.card_texts(customer)


def waiting_tasks(user, kind="interim.decide"):
    user = type(user).objects.get(pk=user.pk)
    rows = desks.task_rows(user)
    return [row["reference"] for row in rows if row["kind"] == kind]


def test_a_manager_sets_one_on_one_screen_and_it_stands_on_the_card_at_once(
    signed_in, manager, incident, customer
):
    url = reverse("interim_new", args=[customer.reference]) + f"?incident={incident}"
    client = signed_in(manager)
    assert url.partition("?")[0] in client.get(customer.get_absolute_url()).content.decode()
    form = client.get(url).context["form"]
    posted = {
        "submission": form["submission"].value(),
        "staff_instruction": "Two people at every visit.",
        "reason": "A threat was made this afternoon.",
        "how_notified": "By phone, today.",
        "closed": ["home_visit"],
        "affected_matters": ["none"],
        "incidents": [incident.reference],
    }
    client.post(url, posted)
    interim = InterimMeasure.objects.get()
    assert interim.ends_on == add_working_days(today(), 5)
    assert {"For now: Two people at every visit.", "Deal with them on home visits."} <= set(card(customer))
    client.post(url, posted)
    assert InterimMeasure.objects.count() == 1


@pytest.mark.parametrize(
    "name", ["staff_instruction", "reason", "how_notified", "incidents", "affected_matters"]
)
def test_it_says_what_why_on_what_and_how_they_are_told(name, manager, incident, customer):
    facts = {
        "staff_instruction": "Two at a visit",
        "closed": [],
        "affected_matters": ["none"],
        "reason": "A threat",
        "how_notified": "By phone",
        "incidents": [incident],
    }
    with pytest.raises(Incomplete) as refused:
        actions.set_interim_measure(
            customer=customer,
            by=manager,
            submission=factories.uuid.uuid4(),
            **facts | {name: [] if name in ("incidents", "affected_matters") else ""},
        )
    assert [refusal.field for refusal in refused.value.refusals] == [name]


def test_it_lapses_after_five_working_days_whatever_was_decided(interim, customer):
    lapse_interim_measures(interim.ends_on)
    assert InterimMeasure.objects.get().status == InterimStatus.IN_FORCE
    lapse_interim_measures(interim.ends_on + timedelta(days=1))
    assert InterimMeasure.objects.get().status == InterimStatus.LAPSED
    assert not any(text.startswith(("For now", "Deal with them")) for text in card(customer))


def test_until_then_its_decision_waits_for_whoever_set_it(interim, manager, officer):
    assert waiting_tasks(manager) == [interim.reference]
    assert waiting_tasks(officer) == []
    actions.end_interim_measure(interim=interim, by=manager, version=1, status_reason="All is calm.")
    assert waiting_tasks(manager) == []


@pytest.mark.beyond("B2")
def test_it_leaves_a_way_in_beside_what_is_in_force(manager, incident, restriction):
    shut = ["office", "letter", "email", "online_form", "message"]
    with pytest.raises(Incomplete, match="no way to reach us"):
        factories.interim_measure(by=manager, incidents=[incident], closed=shut)
    assert factories.interim_measure(by=manager, incidents=[incident], closed=shut[1:])


@pytest.mark.beyond("B2")
def test_what_it_closes_counts_for_what_is_imposed_meanwhile(manager, incident, decision, customer):
    factories.interim_measure(by=manager, incidents=[incident], closed=[Channel.LETTER, Channel.EMAIL])
    shut = {"closed": ["phone", "office", "online_form", "message"], "open": ["letter"]}
    with pytest.raises(Incomplete, match="no way to reach us"):
        factories.restriction(by=manager, decision=decision, terms=shut)
    factories.restriction(by=manager, decision=decision)
    assert (
        "Deal with them in person at the office, through the forms on our website or by text or messaging."
        in card(customer)
    )
    assert not any("by letter" in text and "phone" not in text for text in card(customer)[:2])


@pytest.mark.beyond("B2")
def test_two_of_them_leave_a_way_in_together(manager, officer, incident, customer):
    factories.interim_measure(
        by=manager, incidents=[incident], closed=[Channel.LETTER, Channel.EMAIL, Channel.PHONE]
    )
    other = factories.incident(by=officer, customer=customer)
    with pytest.raises(Incomplete, match="no way to reach us"):
        factories.interim_measure(
            by=manager, incidents=[other], closed=[Channel.OFFICE, Channel.ONLINE_FORM, Channel.MESSAGE]
        )


@pytest.mark.parametrize("ended", ["in_force", "lapsed", "ended"])
def test_none_follows_another_on_what_carried_one_nor_on_what_was_known_then(
    ended, manager, officer, incident, customer, time_machine
):
    known = factories.incident(by=officer, customer=customer)
    time_machine.move_to(timezone.now() + timedelta(days=1))
    interim = factories.interim_measure(by=manager, incidents=[incident])
    if ended == "lapsed":
        time_machine.move_to(timezone.now() + timedelta(days=10))
        actions.lapse_interim_measure(interim=interim)
    elif ended == "ended":
        actions.end_interim_measure(interim=interim, by=manager, version=1, status_reason="All is calm.")
    new = factories.incident(by=officer, customer=customer)
    for chosen, why in {
        (incident,): "carried an interim measure before",
        (incident, known): "carried an interim measure before",
        (incident, new): "carried an interim measure before",
        (known,): f"were known when {interim} was set",
    }.items():
        with pytest.raises(Incomplete, match=why) as refused:
            factories.interim_measure(by=manager, incidents=[*chosen])
        assert [refusal.field for refusal in refused.value.refusals] == ["incidents"]
    assert factories.interim_measure(by=manager, incidents=[known, new])


@pytest.mark.policy("12", "13")
def test_whom_it_affected_leaves_it_to_another_or_says_why_where_none_is_there(
    signed_in, manager, officer, customer
):
    colleague = factories.staff("colleague", "Manager")
    suffered = factories.incident(by=manager, customer=customer, categories=[Category.PHYSICAL_THREAT])
    with pytest.raises(Incomplete, match=f"another manager decides: {colleague} is there") as refused:
        factories.interim_measure(by=manager, incidents=[suffered], involvement_reason="I was there.")
    assert [refusal.field for refusal in refused.value.refusals] == ["incidents"]
    url = reverse("interim_new", args=[customer.reference])
    assert "involvement_reason" not in signed_in(manager).get(url).context["form"].fields
    colleague.away_until = today()
    colleague.save()
    assert "involvement_reason" in signed_in(manager).get(url).context["form"].fields
    assert (
        "involvement_reason"
        not in signed_in(factories.staff("third", "CCSM")).get(url).context["form"].fields
    )
    StaffMember.objects.filter(username="third").update(is_active=False)
    with pytest.raises(Incomplete) as refused:
        factories.interim_measure(by=manager, incidents=[suffered])
    assert [refusal.field for refusal in refused.value.refusals] == ["involvement_reason"]
    interim = factories.interim_measure(
        by=manager, incidents=[suffered], involvement_reason="Nobody else is here."
    )
    assert "Nobody else is here." in signed_in(manager).get(interim.get_absolute_url()).content.decode()
    StaffMember.objects.filter(pk=colleague.pk).update(away_until=None)
    with pytest.raises(Refused, match=f"{colleague} is there"):
        extend(interim, manager)
    assert extend(interim, colleague).extended_at


@pytest.mark.parametrize(("months", "is_new"), [(0, True), (2, False), (23, False)])
def test_it_rests_on_what_is_new(months, is_new, manager, officer, customer):
    occurred_at = timezone.now() - timedelta(days=30 * months, hours=1)
    incident = factories.incident(by=officer, customer=customer, occurred_at=occurred_at)
    if is_new:
        assert factories.interim_measure(by=manager, incidents=[incident])
        return
    with pytest.raises(Incomplete, match="more than a month ago") as refused:
        factories.interim_measure(by=manager, incidents=[incident])
    assert [refusal.field for refusal in refused.value.refusals] == ["incidents"]


def test_nobody_closes_again_on_something_slight_what_they_left_undecided(
    interim, manager, officer, incident, customer, time_machine
):
    time_machine.move_to(f"{interim.ends_on + timedelta(days=1)}T12:00:00+00:00")
    actions.lapse_interim_measure(interim=interim)

    def set_again(by=manager, **changes):
        new = factories.incident(by=officer, customer=customer, **changes)
        return factories.interim_measure(by=by, incidents=[new], closed=[Channel.EMAIL, Channel.PHONE])

    with pytest.raises(Incomplete, match=f"You closed this with {interim}, .*: Phone") as refused:
        set_again()
    assert [refusal.field for refusal in refused.value.refusals] == ["closed"]
    other = factories.incident(by=officer, customer=customer)
    assert factories.interim_measure(by=manager, incidents=[other], closed=[Channel.EMAIL])
    assert set_again(factories.staff("colleague", "Manager"))
    assert set_again(categories=[Category.PHYSICAL_THREAT])


def test_a_decision_older_than_a_measure_lets_nobody_close_the_same_again(
    manager, officer, incident, customer
):
    factories.decision(by=manager, incidents=[incident])
    interim = factories.interim_measure(by=manager, incidents=[incident], closed=[Channel.PHONE])
    new = factories.incident(by=officer, customer=customer)
    with pytest.raises(Incomplete, match=f"You closed this with {interim}"):
        factories.interim_measure(by=manager, incidents=[new], closed=[Channel.PHONE])


def test_what_was_decided_on_is_closed_anew_for_what_happens_then(
    interim, manager, officer, incident, customer
):
    factories.decision(by=manager, incidents=[incident])
    new = factories.incident(by=officer, customer=customer)
    assert factories.interim_measure(by=manager, incidents=[new], closed=[Channel.PHONE])


def test_after_a_merge_what_either_record_carried_counts(manager, officer, incident, interim, customer):
    twin = factories.customer(by=officer, name="Orla Bhriain")
    incident_of_twin = factories.incident(by=officer, customer=twin)
    customers.merge_customers(
        kept=twin, other=customer, by=manager, submission=factories.uuid.uuid4(), why="One person"
    )
    incident.refresh_from_db()
    with pytest.raises(Incomplete, match="carried an interim measure before"):
        factories.interim_measure(by=manager, incidents=[incident, incident_of_twin])


@pytest.fixture
def measure_after_threat(manager, officer, customer):
    threat = factories.incident(by=officer, customer=customer, categories=[Category.PHYSICAL_THREAT])
    return factories.interim_measure(by=manager, incidents=[threat])


def extend(interim, by, **changes):
    answers = {"extension_reason": "The police ask us to wait.", "how_notified": "By phone, today."} | changes
    return actions.extend_interim_measure(
        interim=interim, by=by, version=interim.reload_locked().version, **answers
    )


def test_after_a_threat_it_is_made_longer_once_with_a_reason(
    measure_after_threat, manager, officer, signed_in
):
    last = measure_after_threat.ends_on
    with pytest.raises(Incomplete):
        extend(measure_after_threat, manager, extension_reason=" . ")
    page = signed_in(manager).get(measure_after_threat.get_absolute_url()).content.decode()
    assert f"{measure_after_threat.get_absolute_url()}extend/" in page
    longer = extend(measure_after_threat, manager)
    assert longer.ends_on == add_working_days(last, 5)
    with pytest.raises(Refused, match="made longer once"):
        extend(longer, manager)
    with pytest.raises(Refused, match="Only a manager"):
        extend(measure_after_threat, officer)


def test_it_stands_in_the_timeline_that_it_was_made_longer(
    measure_after_threat, manager, customer, signed_in
):
    longer = extend(measure_after_threat, manager, how_notified="By letter, on Monday.")
    assert longer.how_notified == "By letter, on Monday."
    page = signed_in(manager).get(customer.get_absolute_url())
    assert (page.status_code, "Interim measure made longer" in page.content.decode()) == (200, True)


def test_made_longer_how_they_are_told_is_asked_anew(measure_after_threat, manager, signed_in):
    assert measure_after_threat.how_notified
    page = signed_in(manager).get(f"{measure_after_threat.get_absolute_url()}extend/")
    assert not page.context["form"]["how_notified"].value()


@pytest.mark.beyond("B2")
def test_made_longer_it_says_how_they_are_told_and_still_leaves_a_way_in(
    manager, officer, customer, decision, time_machine
):
    threat = factories.incident(by=officer, customer=customer, categories=[Category.PHYSICAL_THREAT])
    interim = factories.interim_measure(
        by=manager, incidents=[threat], closed=[Channel.LETTER, Channel.EMAIL, Channel.PHONE]
    )
    with pytest.raises(Incomplete) as refused:
        extend(interim, manager, how_notified=" . ")
    assert [refusal.field for refusal in refused.value.refusals] == ["how_notified"]
    after = interim.ends_on + timedelta(days=1)
    factories.restriction(
        by=manager,
        decision=decision,
        not_before=after,
        first_review_on=after + timedelta(days=80),
        terms={"closed": ["office", "online_form", "message"], "open": ["phone"]},
    )
    with pytest.raises(Incomplete, match="no way to reach us"):
        extend(interim, manager)


def test_it_is_not_made_longer_after_anything_else_nor_once_it_is_over(
    interim, measure_after_threat, manager, signed_in
):
    with pytest.raises(Refused, match="Only after violence or a threat"):
        extend(interim, manager)
    assert signed_in(manager).post(f"{interim.get_absolute_url()}extend/").status_code == 403
    lapse_interim_measures(measure_after_threat.ends_on + timedelta(days=1))
    with pytest.raises(Stale):
        extend(measure_after_threat, manager)


LAPSES, HAS_LAPSED = "An interim measure lapses soon", "An interim measure has lapsed"


def test_it_says_ahead_and_on_the_day_that_it_lapses_and_then_that_it_has(
    measure_after_threat, manager, customer, time_machine
):
    last = measure_after_threat.ends_on
    day, lapses, lapsed = today(), [], []
    while day <= last + timedelta(days=2):
        time_machine.move_to(f"{day}T12:00:00+00:00")
        lapse_interim_measures(day)
        said = " ".join(desks.chase(day).values())
        lapses += [day] if LAPSES in said else []
        lapsed += [day] if HAS_LAPSED in said else []
        day += timedelta(days=1)
    ahead = min(day for day in lapses if add_working_days(day, 2) >= last)
    assert lapses == [ahead + timedelta(days=count) for count in range((last - ahead).days + 1)]
    assert lapsed == [last + timedelta(days=1), last + timedelta(days=2)]
    assert (
        f"Lapsed on {uk_date(last)}, and no manager has decided what follows: Two people at every visit."
        in card(customer)
    )
    assert waiting_tasks(manager, "interim.lapsed") == [measure_after_threat.reference]


def test_the_card_says_two_working_days_before_that_it_lapses(
    measure_after_threat, manager, customer, time_machine
):
    says = f"What applies for now lapses on {uk_date(measure_after_threat.ends_on)} unless a manager decides before."
    assert says not in card(customer)
    time_machine.move_to(f"{measure_after_threat.ends_on - timedelta(days=1)}T12:00:00+00:00")
    assert says in card(customer)
    factories.decision(by=manager, incidents=[measure_after_threat.incidents.get()])
    assert says not in card(customer)


def test_where_whoever_set_it_cannot_decide_another_manager_is_told_that_it_lapses(
    measure_after_threat, manager
):
    colleague = factories.staff("colleague", "Manager")
    manager.groups.clear()
    told = desks.chase(measure_after_threat.ends_on)
    assert [name for name, text in told.items() if LAPSES in text] == [colleague.username]
    assert waiting_tasks(colleague) == [measure_after_threat.reference]


def test_nothing_more_is_asked_of_one_that_lapsed_once_its_incidents_are_decided(
    measure_after_threat, manager
):
    lapse_interim_measures(measure_after_threat.ends_on + timedelta(days=1))
    assert waiting_tasks(manager, "interim.lapsed") == [measure_after_threat.reference]
    factories.assess_incident(measure_after_threat.incidents.get(), by=manager, outcome=Outcome.POLICE)
    assert waiting_tasks(manager, "interim.lapsed") == []


def test_its_task_leads_to_the_decision_with_its_incidents_chosen(signed_in, measure_after_threat, manager):
    (row,) = desks.task_rows(manager, "interim.decide")
    page = signed_in(manager).get(row["url"])
    form = page.context["form"]
    chosen = [incident.pk for incident in form.initial["incidents"]]
    assert chosen == [incident.pk for incident in measure_after_threat.incidents.all()]
    assert page.context["back"] == measure_after_threat


def test_its_task_goes_once_it_is_decided(manager, incident, interim):
    factories.decision(by=manager, incidents=[incident])
    assert waiting_tasks(manager) == []


@pytest.mark.policy("5")
def test_no_letter_names_a_way_that_it_closes(organisation, manager, incident, customer):
    def ways():
        return channel_placeholders(customer, [])["how to contact us"]

    assert "- by phone" in ways()
    factories.interim_measure(by=manager, incidents=[incident], closed=[Channel.PHONE])
    assert "- by phone" not in ways()
    assert "please do not contact us by phone" in ways()


@pytest.mark.beyond("B5")
def test_it_rests_on_what_this_customer_did(manager, officer, incident):
    other = factories.incident(by=officer, customer=factories.customer(by=officer))
    with pytest.raises(Incomplete, match="Choose only from what is recorded about"):
        factories.interim_measure(by=manager, incidents=[incident, other])


@pytest.mark.parametrize(("status", "transition"), list(itertools.product(InterimStatus.values, TABLE)))
def test_a_move_goes_from_the_statuses_of_the_table_and_from_no_other(status, transition, interim, manager):
    if status == InterimStatus.ENDED:
        take_step(interim, "end", manager)
    elif status == InterimStatus.LAPSED:
        take_step(interim, "lapse", manager)
    interim.refresh_from_db()
    if status in TABLE[transition].sources:
        assert take_step(interim, transition, manager).status == TABLE[transition].target
    else:
        with pytest.raises(Stale):
            take_step(interim, transition, manager)


@pytest.mark.parametrize("role", ROLES)
def test_managers_alone_set_and_end_one(role, incident, interim):
    somebody = factories.staff("somebody", role)
    other = factories.incident(by=incident.reported_by, customer=incident.customer)
    if role in MANAGERS:
        assert factories.interim_measure(by=somebody, incidents=[other])
        assert take_step(interim, "end", somebody).status == InterimStatus.ENDED
    else:
        with pytest.raises(Refused):
            factories.interim_measure(by=somebody, incidents=[other])
        with pytest.raises(Refused):
            take_step(interim, "end", somebody)


def take_step(interim, transition, by):
    if transition == InterimEvent.LAPSE:
        return actions.lapse_interim_measure(interim=interim)
    return actions.end_interim_measure(
        interim=interim, by=by, version=interim.version, status_reason="All is calm."
    )


def test_its_page_asks_for_a_decision_until_there_is_one(signed_in, manager, incident):
    interim = factories.interim_measure(by=manager, incidents=[incident])
    page = lambda: signed_in(manager).get(interim.get_absolute_url()).content.decode()  # noqa: E731
    assert "Decide on active management" in page()
    factories.decision(by=manager, incidents=[incident])
    assert "Decide on active management" not in page()


@pytest.mark.policy("24")
@pytest.mark.parametrize("category", sorted(set(Category) - {Category.COMPLAINTS_PROCESS}))
def test_a_way_of_contact_is_closed_undecided_after_zero_tolerance_or_harassment_alone(
    category, customer, officer, manager
):
    incident = factories.incident(
        by=officer, customer=customer, categories=[category], other_category="Something"
    )
    close = lambda: factories.interim_measure(  # noqa: E731
        by=manager, incidents=[incident], closed=[Channel.OFFICE]
    )
    if category in (*ZERO_TOLERANCE, Category.HARASSMENT):
        assert close().closed == [Channel.OFFICE]
        return
    with pytest.raises(Incomplete) as refused:
        close()
    assert [refusal.field for refusal in refused.value.refusals] == ["closed"]
    assert factories.interim_measure(by=manager, incidents=[incident]).is_in_force


@pytest.mark.policy("24")
def test_a_way_of_contact_is_closed_undecided_where_its_reporter_says_that_somebody_was_harmed(
    customer, officer, manager
):
    """Of what kind it was may be said later: it may be a quarter to five on a Friday."""
    threat = factories.incident(by=officer, customer=customer, categories=[], harm=Harm.YES)
    assert factories.interim_measure(by=manager, incidents=[threat], closed=[Channel.OFFICE]).is_in_force
    doubtful = factories.incident(by=officer, customer=customer, categories=[], harm=Harm.NOT_SURE)
    with pytest.raises(Incomplete, match="Only after violence"):
        factories.interim_measure(by=manager, incidents=[doubtful], closed=[Channel.PHONE])
