from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from cha_engagement.core.records import status_changed, writing
from cha_engagement.core.refusals import Refused
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers import actions as customers
from cha_engagement.customers.enums import CardSection, Channel, Relationship
from cha_engagement.customers.interfaces import event_kinds
from cha_engagement.customers.models import Customer
from cha_engagement.desk.queries import customer_card
from cha_engagement.organisation.calendar import add_months, add_working_days, start_of_day, today
from restrictions import actions
from restrictions.card import decision_box, is_restricted, restriction_box
from restrictions.daily import expire_restrictions, remind_of_last_days
from restrictions.enums import RestrictionStatus
from restrictions.kinds import KINDS
from restrictions.models import Restriction
from tests import factories
from tests.desks import task_rows
from tests.timelines import shown_events

from .test_actions import COMPLAINTS

pytestmark = pytest.mark.django_db


def lines(customer):
    return {part.section: [line.text for line in part.lines] for part in customer_card(customer).parts}


def event_codes(customer, user):
    kinds = [event.kind for event in shown_events(customer, user)]
    return [kind for kind in kinds if kind.startswith(("restriction.", "managementdecision."))]


@pytest.mark.policy("65")
@pytest.mark.beyond("B1")
def test_the_card_says_what_to_do_and_not_to_do(organisation, customer, restriction):
    card_lines = lines(customer)
    assert card_lines["dont"] == ["Deal with them by phone. Not told yet."]
    open_channels = "in person at the office, by letter or by email"
    assert f"Deal with them {open_channels}." in card_lines["do"]
    assert restriction.staff_instruction in card_lines["do"]
    assert list(Customer.objects.filter(is_restricted())) == [customer]


@pytest.mark.policy("21.2")
def test_the_card_says_that_calls_go_on_being_recorded(customer, decision, manager):
    factories.restriction(by=manager, decision=decision, kind="no_recording_pause", terms={})
    card_lines = lines(customer)
    assert any("Pause call recording" in line for line in card_lines["dont"])
    assert any("this call stays recorded" in line for line in card_lines["do"])


@pytest.mark.policy("23")
def test_the_card_warns_until_the_customer_was_told(customer, restriction, manager):
    untold = "Not told yet: phone closed. It applies now: explain it if they get in touch."
    assert untold in lines(customer)["stop"]
    actions.notify_customer(restriction=restriction, on=today(), by=manager)
    assert untold not in lines(customer).get("stop", [])


@pytest.mark.policy("12")
@pytest.mark.beyond("B23")
def test_card_page_and_list_warn_until_a_letter_in_the_post_counts_as_received(
    customer, restriction, signed_in, manager, time_machine
):
    def warnings():
        on_card = any(line.startswith("Not told yet") for line in lines(customer).get("stop", []))
        client = signed_in(manager)
        page = client.get(restriction.get_absolute_url()).content.decode()
        listed = client.get("/restrictions/", {"untold": "on"}).content.decode()
        return [on_card, "is in the post" in page, restriction.reference in listed]

    received_on = add_working_days(today(), 2)
    actions.notify_customer(restriction=restriction, on=received_on, by=manager)
    assert warnings() == [True] * 3
    time_machine.move_to(start_of_day(received_on) + timedelta(hours=9))
    assert warnings() == [False] * 3


@pytest.mark.policy("12")
@pytest.mark.beyond("B23")
def test_the_card_says_whom_it_binds_where_there_is_a_reason_not_to_tell(customer, restriction, manager):
    reason = "It would put a colleague at risk."
    untold = factories.leave_unnotified(restriction, by=manager, reason=reason)
    [line] = [line for line in lines(customer)["stop"] if line.startswith("Not told")]
    assert "binds staff and systems alone" in line
    assert reason not in line
    actions.notify_customer(restriction=untold, on=today(), by=manager)
    assert not [line for line in lines(customer).get("stop", []) if line.startswith("Not told")]


@pytest.mark.beyond("B23")
def test_nobody_who_has_died_counts_as_told(customer, restriction, manager):
    writing.save_record(customer, by=manager, reason="Died", deceased_on=today() - timedelta(days=7))
    untold = actions.notify_customer(restriction=restriction, on=today(), by=manager)
    assert untold.customer_notified_on is None
    before = actions.notify_customer(restriction=restriction, on=today() - timedelta(days=8), by=manager)
    assert before.customer_notified_on == today() - timedelta(days=8)


@pytest.mark.policy("23")
def test_all_that_they_were_not_told_of_stands_in_one_line(customer, decision, restriction, manager):
    closed = {"closed": ["office"], "open": ["letter"]}
    factories.restriction(by=manager, decision=decision, terms=closed)
    factories.restriction(by=manager, decision=decision, kind="no_recording_pause", terms={})
    untold = "Not told yet: phone closed; office closed; call recording goes on when they ask us to pause it. Each applies now: explain it if they get in touch."
    assert [line for line in lines(customer)["stop"] if line.startswith("Not told")] == [untold]


@pytest.mark.beyond("B1")
@pytest.mark.beyond("B2")
def test_a_channel_that_several_close_is_listed_once_and_only_others_as_open(
    customer, decision, manager, officer
):
    factories.restriction(
        by=manager, decision=decision, terms={"closed": ["phone"], "open": ["letter", "email", "office"]}
    )
    named = factories.named_contact_facts(officer, manager, "letter", "email")
    factories.restriction(by=manager, decision=decision, **named)
    card_lines = lines(customer)
    assert "Take what they bring by letter or by email, and pass it on." in card_lines["do"]
    assert not [line for line in card_lines["do"] if "office" in line]
    assert [line for line in card_lines["dont"] if line.startswith("Deal with them")] == [
        "Deal with them by phone, in person at the office, through the forms on our website or by text or messaging. Not told yet."
    ]


def test_a_way_says_until_when_it_is_closed_where_everything_that_closes_it_ends(customer, decision, manager):
    last, later = today() + timedelta(days=100), today() + timedelta(days=120)
    closed = [([Channel.PHONE], last), ([Channel.OFFICE], None), ([Channel.PHONE, Channel.EMAIL], later)]
    for ways, ends_on in closed:
        terms = {"closed": ways, "open": ["letter"]}
        factories.restriction(by=manager, decision=decision, terms=terms, ends_on=ends_on)
    (dont,) = [part for part in customer_card(customer).parts if part.section == CardSection.DONT]
    assert {(line.text, line.until) for line in dont.lines} == {
        ("Deal with them by phone or by email. Not told yet.", later),
        ("Deal with them in person at the office. Not told yet.", None),
    }


@pytest.mark.policy("21.1")
def test_the_card_names_the_deputy_while_the_contact_is_away_and_else_a_manager(customer, decision, manager):
    contact = factories.staff("ann", "Officer", phone="0141 496 0003")
    deputy = factories.staff("bob", "Officer", phone="0141 496 0004")
    factories.restriction(
        by=manager, decision=decision, **factories.named_contact_facts(contact, deputy, "letter")
    )

    def pass_on_line():
        (line,) = [line for line in lines(customer)["do"] if line.startswith("Pass everything on")]
        return line

    assert pass_on_line() == (
        "Pass everything on to Ann Example, 0141 496 0003. Their deputy is Bob Example, 0141 496 0004."
    )
    contact.away_until = date(2099, 5, 3)
    contact.save()
    away = "Ann Example is away until 3 May 2099"
    assert pass_on_line() == f"Pass everything on to the deputy, Bob Example, 0141 496 0004: {away}."
    deputy.is_active = False
    deputy.save()
    assert pass_on_line() == f"Pass everything on to a manager: {away}, and Bob Example no longer works here."


ENDS_NO_CONTACT = {"no_recording_pause", "withhold_staff_details", "other"}


@pytest.mark.parametrize("kind", [KINDS[code] for code in KINDS if code not in ENDS_NO_CONTACT])
def test_the_usual_words_to_staff_are_short_and_cut_nobody_off_who_appeals(kind):
    instruction = kind.usual_instruction(
        Restriction(kind=kind.code, terms=factories.TERMS_BY_KIND[kind.code])
    )
    assert len(instruction) <= 200
    is_named_in = "always open to them" in instruction or (
        "appeal" in instruction and "adjustment" in instruction
    )
    assert is_named_in, (
        "Say in `usual_instruction` that what is always open is taken; or add it to ENDS_NO_CONTACT."
    )


@pytest.mark.policy("23")
def test_the_card_says_when_what_is_in_force_is_reviewed_next(customer, decision, manager):
    day = today() + timedelta(days=40)
    factories.restriction(by=manager, decision=decision)
    factories.restriction(by=manager, decision=decision, first_review_on=day)
    assert f"Next review: {uk_date(day)}." in lines(customer)["who"]


@pytest.mark.beyond("B2")
def test_every_manager_is_asked_for_customers_who_can_use_no_open_channel(
    customer, decision, manager, management, officer, organisation
):
    shut = {"closed": ["phone", "office", "online_form", "message"], "open": ["letter", "email"]}
    closing = factories.restriction(by=manager, decision=decision, terms=shut)
    customer.refresh_from_db()

    def tasks(user):
        return [row["reference"] for row in task_rows(user, "restriction.open")]

    assert tasks(management) == []
    fields = {"name": customer.name, "needs": {"no_post": "", "no_internet": ""}}
    customers.change_customer(customer=customer, by=officer, version=customer.version, **fields)
    customer.refresh_from_db()
    assert tasks(manager) == tasks(management) == [closing.reference]
    assert tasks(officer) == []
    assert "No way of contact that they can use is open." in " ".join(lines(customer)["stop"])


@pytest.mark.policy("3")
def test_the_other_route_stands_on_the_card_of_whom_somebody_restricted_speaks_for(
    manager, officer, customer
):
    advocate = factories.customer(
        by=officer, name="An Advocate", relationship=Relationship.ADVOCATE, speaks_for=customer
    )
    decision = factories.decision(by=manager, incidents=[factories.incident(by=officer, customer=advocate)])
    restriction = factories.restriction(by=manager, decision=decision, other_route="They call us themselves.")
    line = "An Advocate, who speaks for them, is restricted; they are not. Their other route: They call us themselves."
    assert lines(customer)["who"] == [line]
    actions.lift_restriction(restriction=restriction, by=manager, status_reason="Calm")
    assert "who" not in lines(customer)


def test_a_suspended_a_lifted_and_a_coming_restriction_are_not_on_the_card(
    customer, restriction, decision, manager, suspend
):
    lifted = factories.restriction(by=manager, decision=decision)
    actions.lift_restriction(restriction=lifted, by=manager, status_reason="Calm")
    factories.restriction(by=manager, decision=decision, not_before=today() + timedelta(days=1))
    suspend(restriction)
    assert "dont" not in lines(customer)
    assert not Customer.objects.filter(is_restricted())


@pytest.mark.policy("3")
def test_the_card_names_the_other_route_of_those_somebody_speaks_for(manager, officer):
    advocate = factories.customer(by=officer, name="An Advocate", relationship=Relationship.ADVOCATE)
    decision = factories.decision(by=manager, incidents=[factories.incident(by=officer, customer=advocate)])
    factories.restriction(by=manager, decision=decision, other_route="They call us themselves.")
    says = "only where they act for other people, who are not restricted. They call us themselves."
    assert f"Phone closed: {says}" in lines(advocate)["who"]


@pytest.mark.policy("3")
@pytest.mark.beyond("B29")
def test_the_plan_says_that_somebody_is_restricted_only_where_they_act_for_others(
    signed_in, manager, officer
):
    advocate = factories.customer(by=officer, name="An Advocate", relationship=Relationship.ADVOCATE)
    decision = factories.decision(by=manager, incidents=[factories.incident(by=officer, customer=advocate)])
    restriction = factories.restriction(
        by=manager,
        decision=decision,
        terms={"closed": ["phone", "office"], "open": ["letter"]},
        other_route="They call us themselves.",
    )
    review = restriction.reviews.get()
    url = reverse("review_hold", args=[review.reference])
    eased = {
        "show_first": "part",
        "version": review.version,
        "outcome": "vary",
        "closed": ["phone"],
        "open": ["letter"],
    }
    says = "closed: only where they act for other people, who reach us another way. They call us themselves."
    client = signed_in(manager)
    for response, title in (
        (client.get(restriction.get_absolute_url()), "Phone and office"),
        (client.post(url, eased), "Phone"),
    ):
        assert f"{title} {says}" in response.content.decode()


@pytest.mark.beyond("B5")
def test_a_household_is_not_restricted_with_one_of_it(customer, officer, restriction):
    sibling = factories.customer(by=officer, name="A Sibling", household_of=customer)
    assert "dont" not in lines(sibling)


@pytest.mark.policy("65")
def test_officers_read_what_is_in_force_in_words_and_managers_open_it(
    customer, restriction, decision, manager, officer
):
    (row,) = restriction_box(customer, officer).rows
    assert (row.url, row.code) == ("", "imposed")
    assert restriction_box(customer, manager).rows[0].url == restriction.get_absolute_url()
    assert not decision_box(customer, officer).rows
    assert decision_box(customer, manager).rows[0].url == decision.get_absolute_url()


@pytest.mark.policy("65")
@pytest.mark.beyond("B23")
def test_officers_read_on_its_tab_what_waits_to_begin(signed_in, customer, decision, manager, officer):
    tab = reverse("customer_restrictions", args=[customer.reference])
    client = signed_in(officer)
    assert "Nothing is restricted" in " ".join(client.get(tab).content.decode().split())
    factories.restriction(by=manager, decision=decision, **factories.WAITS)
    (row,) = restriction_box(customer, officer).rows
    assert (row.text.partition(",")[0], row.url, row.status) == ("Phone closed", "", "Once they are told")
    assert "Nothing is restricted" not in " ".join(client.get(tab).content.decode().split())


@pytest.mark.policy("62")
def test_the_timeline_holds_each_move_for_whoever_may_see_it(customer, restriction, manager, officer):
    actions.notify_customer(restriction=restriction, on=today(), by=manager)
    actions.lift_restriction(restriction=restriction, by=manager, status_reason="Calm")
    codes = event_codes(customer, manager)
    assert sorted(codes) == [
        "managementdecision.decide",
        "restriction.impose",
        "restriction.lift",
        "restriction.tell",
    ]
    assert set(codes) <= set(event_kinds())
    assert event_codes(customer, officer) == []


@pytest.mark.policy("22")
@pytest.mark.policy("54")
def test_a_proposal_waits_for_managers_one_on_complaints_for_the_management_team(
    manager, management, officer, incident
):
    proposal = factories.proposal(by=officer, incidents=[incident])
    complaints = factories.proposal(by=officer, incidents=[incident], **COMPLAINTS)

    def tasks(user):
        return {row["reference"] for row in task_rows(user, "restriction.settle")}

    assert tasks(officer) == set()
    assert tasks(manager) == {proposal.reference}
    assert tasks(management) == {proposal.reference, complaints.reference}


@pytest.mark.policy("13")
def test_a_proposal_waits_for_whoever_it_affected_only_while_no_other_manager_is_there(
    signed_in, manager, management, officer, customer
):
    """Its line leads to the form that imposes it, which refuses them while another is there."""
    affecting = factories.incident(by=officer, customer=customer, affected_staff=[manager])
    factories.assess_incident(affecting, by=management)
    proposal = factories.proposal(by=officer, incidents=[affecting])
    assert not task_rows(manager, "restriction.settle")
    (row,) = task_rows(management, "restriction.settle")
    form = signed_in(management).get(row["url"])
    assert form.context["form"].helper
    assert reverse("restriction_decline", args=[proposal.reference]) in form.content.decode()
    factories.is_away(management)
    assert task_rows(manager, "restriction.settle")
    assert signed_in(manager).get(row["url"]).status_code == 200


@pytest.mark.policy("12")
@pytest.mark.policy("23")
def test_telling_is_a_task_of_whoever_imposed_it_due_in_two_working_days(restriction, manager, officer):
    other = factories.staff("other", "Manager")
    (row,) = task_rows(manager, "restriction.tell")
    assert (row["reference"], row["due_on"]) == (restriction.reference, add_working_days(today(), 2))
    assert not task_rows(other, "restriction.tell")
    manager.away_until = today()
    manager.save()
    assert task_rows(other, "restriction.tell")
    assert not task_rows(officer, "restriction.tell")
    actions.notify_customer(restriction=restriction, on=today(), by=manager)
    assert not task_rows(manager, "restriction.tell")


def test_what_nobody_told_for_a_week_is_shown_to_every_manager_as_overdue(restriction):
    other = factories.staff("other", "Manager")
    later = today() + timedelta(days=8)
    due_on = add_working_days(today(), 2)
    with time_machine.travel(start_of_day(later), tick=False):
        (row,) = task_rows(other, "restriction.tell")
        assert row["due_on"] == due_on < later


@pytest.mark.policy("12")
def test_a_decision_that_restricts_nothing_and_explains_nothing_is_a_task(manager, incident, decision):
    assert [row["reference"] for row in task_rows(manager, "decision.explain")] == [decision.reference]
    factories.restriction(by=manager, decision=decision)
    assert not task_rows(manager, "decision.explain")


@pytest.mark.policy("23")
def test_a_restriction_expires_once_however_often_and_late_its_last_day_is_seen(customer, decision, manager):
    last = today() + timedelta(days=100)
    restriction = factories.restriction(by=manager, decision=decision, ends_on=last)
    endless = factories.restriction(by=manager, decision=decision)
    with time_machine.travel(last):
        assert expire_restrictions(today()).startswith("0 ")
        restriction.refresh_from_db()
        assert restriction.is_in_force
    with time_machine.travel(last + timedelta(days=4)):
        assert not restriction.is_in_force
        assert expire_restrictions(today()).startswith("1 ")
        assert expire_restrictions(today()).startswith("0 ")
    for each in (restriction, endless):
        each.refresh_from_db()
    assert (restriction.status, endless.status) == (RestrictionStatus.EXPIRED, RestrictionStatus.IMPOSED)


@pytest.mark.policy("23")
def test_whoever_imposed_it_is_told_two_working_days_ahead_and_on_the_day_that_it_ends(
    customer, decision, manager
):
    last = add_working_days(today(), 70)
    restriction = factories.restriction(by=manager, decision=decision, ends_on=last)
    ahead = add_working_days(today(), 68)
    for day in (add_working_days(today(), 67), ahead, ahead, last, last, last + timedelta(days=1)):
        with time_machine.travel(day):
            remind_of_last_days(day)
    told = manager.notices.filter(text__contains=f"{restriction} ends").order_by("pk")
    assert [(notice.created_at.date(), notice.text.partition(",")[0]) for notice in told] == [
        (ahead, f"{restriction} ends on {uk_date(last)}"),
        (last, f"{restriction} ends today"),
    ]


@pytest.mark.policy("23")
def test_the_daily_job_goes_on_where_somebody_ended_one_meanwhile(decision, manager):
    last = today() + timedelta(days=100)
    first, second, third = (
        factories.restriction(by=manager, decision=decision, ends_on=last) for _ in range(3)
    )

    def lift_the_second(record, transition, **kwargs):
        if (record, transition) == (first, "expire"):
            actions.lift_restriction(restriction=second, by=manager, status_reason="Calm.")

    status_changed.connect(lift_the_second, sender=Restriction)
    try:
        with time_machine.travel(last + timedelta(days=1)):
            assert expire_restrictions(today()).startswith("2 ")
    finally:
        status_changed.disconnect(lift_the_second, sender=Restriction)
    for restriction in (first, second, third):
        restriction.refresh_from_db()
    assert [first.status, second.status, third.status] == ["expired", "lifted", "expired"]


@pytest.mark.policy("21.1")
@pytest.mark.beyond("B2")
def test_every_manager_is_asked_for_another_contact_when_one_has_left(decision, manager, management, officer):
    ann, bob = factories.staff("ann", "Officer"), factories.staff("bob", "Officer")
    restriction = factories.restriction(
        by=manager, decision=decision, **factories.named_contact_facts(ann, bob, "phone")
    )
    assert not task_rows(management, "restriction.rename")
    bob.is_active = False
    bob.save()
    assert [row["reference"] for row in task_rows(management, "restriction.rename")] == [
        restriction.reference
    ]
    assert not task_rows(officer, "restriction.rename")


@pytest.mark.policy("23")
def test_the_management_team_looks_yearly_at_what_has_no_reviews(decision, manager, management):
    restriction = factories.unreviewed_restriction(by=manager, decision=decision)
    reviewed = factories.restriction(by=manager, decision=decision)

    def tasks(user):
        return [row["reference"] for row in task_rows(user, "restriction.look_again")]

    for user, other_restriction in ((manager, restriction), (management, reviewed)):
        with pytest.raises(Refused):
            actions.keep_without_review(
                restriction=other_restriction,
                by=user,
                version=other_restriction.version,
                stays_reason="Still needed",
            )
    a_year_on, two_years_on = add_months(today(), 12), add_months(today(), 24)
    assert tasks(management) == []
    with time_machine.travel(a_year_on):
        assert tasks(manager) == []
        assert tasks(management) == [restriction.reference]
        looked_at = actions.keep_without_review(
            restriction=restriction, by=management, version=restriction.version, stays_reason="Still a risk."
        )
        assert (looked_at.stays_reason, looked_at.look_again_on) == ("Still a risk.", two_years_on)
        assert tasks(management) == []
    with time_machine.travel(two_years_on):
        assert tasks(management) == [restriction.reference]
        actions.lift_restriction(restriction=restriction, by=management, status_reason="Calm")
        assert tasks(management) == []
