"""Situations with which ombudsmen have found fault cannot come about here, or are said to whoever reads the case."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cha_engagement.core.refusals import Incomplete, Refused
from cha_engagement.customers import actions as customers
from cha_engagement.customers.enums import Channel, ConfirmedWith, Format
from cha_engagement.desk.daily import chase_tasks
from cha_engagement.letters.enums import SentBy
from cha_engagement.organisation.calendar import add_working_days, today
from cha_engagement.staff.models import Notice
from incidents import actions as incidents
from incidents.enums import Category, Warning, YesNo
from incidents.restorative.rules import LONGEST_PAUSE
from restrictions import actions as restrictions
from restrictions.breaches.models import Breach
from restrictions.contact_plan import contact_plan
from restrictions.enums import YesNoUnknown
from restrictions.models import ManagementDecision, Restriction
from reviews import actions as reviews
from reviews.enums import AppealOutcome, ReviewOutcome
from reviews.models import Review

from .. import factories
from ..desks import card_texts, task_rows
from ..reviews.conftest import acknowledge_appeal, hold_review
from .steps import (
    WAITS,
    draft_letter,
    in_months,
    later,
    post_sent_form,
    refusals_of,
    reload,
    restriction_form,
    send_letter,
    text_of,
    words,
)

pytestmark = pytest.mark.django_db


@pytest.mark.policy("23")
def test_a_restriction_is_never_without_a_date_to_look_at_it_again(
    manager, officer, customer, decision, signed_in
):
    """Line 1: LGSCO 19 015 810 (Brent)."""
    nothing = {"first_review_on": None, "review_months": None}
    refused = refusals_of(factories.restriction, by=manager, decision=decision, **nothing)
    assert refused.keys() == {"review_months"}
    abuse = factories.incident(by=officer, customer=customer, categories=[Category.ABUSE])
    no_danger = {"incidents": [factories.assess_incident(abuse, by=manager)], **WAITS}
    refused = refusals_of(
        factories.restriction, by=manager, decision=decision, **factories.NO_REVIEW | no_danger
    )
    assert "there is a review" in refused["no_review_reason"]

    url = f"{reverse('restrict', args=[decision.reference])}?kind=channel"
    typed = restriction_form(incidents=[str(abuse)])
    undated = typed | {"submission": uuid.uuid4(), "first_review_on": "", "review_months": ""}
    for no_review in ({}, {"no_review": "on", "no_review_reason": "It is simpler."}):
        assert signed_in(manager).post(url, undated | no_review).status_code == 422
    assert not Restriction.objects.exists()

    restriction = factories.restriction(by=manager, decision=decision)
    review = restriction.reviews.get()
    assert review.due_on == restriction.first_review_on
    assert "next_review_on" in refusals_of(hold_review, review, manager, next_review_on=None)
    too_late = in_months(restriction.review_months) + timedelta(days=1)
    assert "next_review_on" in refusals_of(hold_review, review, manager, next_review_on=too_late)
    held = hold_review(review, manager)
    assert Review.objects.get(status="scheduled").due_on == held.next_review_on

    waiting = factories.restriction(by=manager, decision=decision, **WAITS | {"first_review_on": None})
    assert not waiting.reviews.exists(), "It applies to nobody yet."
    told = restrictions.notify_customer(restriction=waiting, by=manager, on=today())
    assert waiting.reviews.get().due_on == in_months(told.review_months)

    unreviewed = factories.unreviewed_restriction(by=manager, decision=decision)
    assert unreviewed.look_again_on == in_months(12)


@pytest.mark.policy("14", "22", "23")
@pytest.mark.beyond("B28")
def test_nothing_lasts_longer_without_a_letter_that_says_how_to_appeal(
    manager, officer, customer, decision, signed_in
):
    """Line 2: LGSCO 21 001 276 (Cheshire West)."""
    restriction = factories.restriction(by=manager, decision=decision, ends_on=in_months(6))
    restrictions.notify_customer(restriction=restriction, by=manager, on=today())
    review, longer = restriction.reviews.get(), in_months(9)
    vary = {
        "outcome": ReviewOutcome.VARY,
        "changes": {"terms": restriction.terms, "ends_on": longer},
    }
    assert "Only a fresh decision" in refusals_of(hold_review, review, manager, **vary)["ends_on"]
    typed = (
        factories.THEIR_SIDE | restriction.terms | {"findings": "Calm letters.", "reasons": "You keep to it."}
    )
    typed |= {"version": review.version, "outcome": "vary", "next_review_on": in_months(3).isoformat()}
    answer = signed_in(manager).post(f"{review.get_absolute_url()}hold/", typed | {"ends_on": longer})
    assert answer.status_code == 422
    assert "Only a fresh decision" in words(answer)
    assert reload(restriction).ends_on == in_months(6)

    again = factories.incident(by=officer, customer=customer, occurred_at=timezone.now())
    fresh = factories.decision(by=manager, incidents=[again])
    longer_one = factories.restriction(by=manager, decision=fresh, ends_on=longer, **WAITS)
    assert longer_one.reference in [row["reference"] for row in task_rows(manager, "restriction.tell")]
    text = text_of(draft_letter(fresh, manager))
    for phrase in (f"{longer.day} {longer:%B %Y}", "You can appeal", "20 working days"):
        assert phrase in text, phrase


@pytest.mark.policy("23")
def test_a_review_that_was_not_held_comes_back_each_day_until_the_management_team_sees_it(
    manager, management, decision, time_machine, signed_in
):
    """Line 3, in part: PSOW, Anglesey (Mr G). What the Management Team has to do then is B25, which comes later."""
    review = factories.restriction(by=manager, decision=decision).reviews.get()
    later(time_machine, add_working_days(review.due_on - timedelta(days=1), 1))
    chase_tasks(today())
    assert [row["reference"] for row in task_rows(manager, "review.hold")] == [review.reference]
    later(time_machine, add_working_days(review.due_on, 40))
    chase_tasks(today())
    assert task_rows(manager, "review.hold") == []
    assert [row["reference"] for row in task_rows(management, "review.hold")] == [review.reference]
    assert Notice.objects.filter(recipient=management, text__contains="yours from now on").exists()
    page = words(signed_in(management).get(review.get_absolute_url()))
    assert "Overdue" in page or "overdue" in page


@pytest.mark.policy("12", "22")
@pytest.mark.beyond("B3", "B8", "B23")
def test_nothing_binds_a_customer_who_does_not_know_of_it(manager, officer, customer, decision, time_machine):
    """Line 4: PSOW, Anglesey (Mrs A)."""
    restriction = factories.restriction(by=manager, decision=decision, **WAITS)
    assert not contact_plan(customer).closed_channels
    factories.contact(by=officer, customer=customer)
    assert not Breach.objects.exists()
    assert "Begins once they are told" in " ".join(card_texts(customer))
    assert [row["reference"] for row in task_rows(manager, "restriction.tell")] == [restriction.reference]

    letter = draft_letter(decision, manager)
    text = text_of(letter)
    for phrase in (
        "under our Customer Engagement Policy",
        restriction.reason,
        "You can appeal",
        "Scottish Public Services Ombudsman",
    ):
        assert phrase in text, phrase
    sent = send_letter(letter, manager)
    assert not contact_plan(customer).closed_channels
    later(time_machine, sent.received_on)
    assert contact_plan(customer).closed_channels == {Channel.PHONE}
    factories.contact(by=officer, customer=customer)
    assert Breach.objects.exists()


CLOSES_CONTACT = ("channel", "named_contact", "third_party", "volume", "other", "block_email")


@pytest.mark.policy("6", "54")
@pytest.mark.beyond("B2", "B8")
@pytest.mark.parametrize("kind", CLOSES_CONTACT)
def test_a_complaint_is_looked_at_however_contact_is_restricted(
    kind, manager, officer, customer, decision, signed_in
):
    """Line 5: PSOW, Anglesey."""
    people = {"named_contact": officer, "deputy": manager} if kind == "named_contact" else {}
    if people:
        decision = decision_about(customer, factories.staff("reporter", "Officer"), manager)
    facts = {"kind": kind, "terms": factories.TERMS_BY_KIND[kind], **people}
    restriction = factories.restriction(
        by=manager, decision=decision, staff_instruction="Pass it to a manager.", **facts
    )
    text = text_of(draft_letter(decision, manager))
    assert "complain" in text
    assert "0800 377 7330" in text
    restrictions.notify_customer(restriction=restriction, by=manager, on=today())
    assert "A complaint about something new." in card_texts(customer)
    for channel in (Channel.PHONE, Channel.EMAIL, Channel.OFFICE):
        factories.contact(by=officer, customer=customer, channel=channel, about="complaint", minutes=50)
    assert not Breach.objects.exists()

    refused = refusals_of(
        factories.restriction,
        by=manager,
        decision=decision,
        kind="other",
        terms=factories.OWN_WORDS | {"description": "You may not make any complaint to us."},
        staff_instruction="Meet them at the library.",
    )
    assert "description" in refused


def decision_about(customer, reporter, manager, **facts):
    return factories.decision(
        by=manager, incidents=[factories.incident(by=reporter, customer=customer, **facts)]
    )


@pytest.mark.policy("53", "54")
@pytest.mark.beyond("B2")
def test_who_may_not_complain_again_is_still_read_and_can_go_to_the_ombudsman(management, customer, decision):
    """Line 5: PSOW, Anglesey."""
    restriction = factories.restriction(by=management, decision=decision, **complaints_restriction())
    assert "A complaint about something new." in card_texts(customer)
    text = text_of(draft_letter(decision, management))
    for phrase in (
        "a new matter will be dealt with",
        "We read what you send.",
        "0800 377 7330",
        "You can appeal",
    ):
        assert phrase in text, phrase
    assert restriction.closed_channels == set()


def complaints_restriction(**terms):
    return {"kind": "complaints_process", "terms": factories.TERMS_BY_KIND["complaints_process"] | terms}


@pytest.mark.policy("19", "21")
@pytest.mark.beyond("B29")
def test_contact_is_not_paused_for_long_without_a_decision(manager, officer, customer, signed_in):
    """Line 6, in part: LGSCO 24 015 469 (Surrey). A pause does not stand on the card yet."""

    def pause(**changes):
        facts = {"kind": "contact_paused", "reengage_on": add_working_days(today(), LONGEST_PAUSE)}
        return factories.restorative_action(by=officer, customer=customer, owner=officer, **facts | changes)

    too_long = add_working_days(today(), LONGEST_PAUSE) + timedelta(days=1)
    assert "Only a restriction" in refusals_of(pause, reengage_on=too_long)["reengage_on"]
    assert refusals_of(pause, reengage_on=None).keys() == {"reengage_on"}
    assert "what" in refusals_of(pause, what="You may not contact us by phone or email for a year.")
    url = reverse("restore", args=[customer.reference])
    typed = {
        "submission": uuid.uuid4(),
        "kind": "contact_paused",
        "on": today().isoformat(),
        "what": "We take a break.",
        "outcome": "too_early",
        "owner": officer.username,
        "reengage_on": too_long.isoformat(),
    }
    assert signed_in(officer).post(url, typed).status_code == 422

    paused = pause()
    plan = contact_plan(customer)
    assert (plan.closed_channels, plan.sources) == (set(), ())
    factories.contact(by=officer, customer=customer)
    assert not Breach.objects.exists()
    [task] = [row for row in task_rows(officer) if row["reference"] == paused.reference]
    assert task["due_on"] == paused.reengage_on


@pytest.mark.policy("9", "18")
@pytest.mark.beyond("B2")
def test_somebody_who_can_hardly_write_is_not_left_with_writing(manager, officer, signed_in):
    """Line 7: Housing Ombudsman 202210638."""
    in_writing = {"closed": ["phone", "office"], "open": ["letter", "email"]}
    ticked = factories.customer(by=officer, needs=["cannot_write"], **factories.HOME)
    decision = decision_about(ticked, officer, manager)
    refused = refusals_of(factories.restriction, by=manager, decision=decision, terms=in_writing)
    assert refused == {"open": "This customer cannot use any of these. Leave one open that they can use."}
    url = f"{reverse('restrict', args=[decision.reference])}?kind=channel"
    typed = restriction_form(terms=in_writing, incidents=[str(each) for each in decision.incidents.all()])
    answer = signed_in(manager).post(url, typed | {"submission": uuid.uuid4()})
    assert answer.status_code == 422
    assert "Leave one open that they can use." in words(answer)
    by_phone = factories.restriction(
        by=manager, decision=decision, terms={"closed": ["office"], "open": ["phone"]}
    )
    text = text_of(draft_letter(decision, manager))
    assert "by phone" in text
    assert "We know that writing is difficult for you" in text

    in_words = factories.customer(
        by=officer, name="Iain Bàn", accessibility_needs="Can hardly write or type since his stroke."
    )
    refused = refusals_of(
        factories.restriction,
        by=manager,
        decision=decision_about(in_words, officer, manager),
        terms=in_writing,
    )
    assert refused.keys() == {"open_channels_reason"}
    unasked = decision_about_unasked(factories.customer(by=officer, name="Ewan Ó Sé"), officer, manager)
    without_post = {"closed": ["letter"], "open": ["phone", "office"]}
    refused = refusals_of(factories.restriction, by=manager, decision=unasked, terms=without_post)
    assert "not confirmed with them what they need" in refused["closed"]
    assert Restriction.objects.get() == by_phone

    # What is known only later is said at once to whoever deals with them.
    customers.change_customer(
        customer=ticked,
        by=officer,
        version=reload(ticked).version,
        needs={"cannot_write": "", "no_phone": ""},
        needs_confirmed_with=ConfirmedWith.CUSTOMER,
    )
    assert "No way of contact that they can use is open" in " ".join(card_texts(reload(ticked)))
    assert [row["reference"] for row in task_rows(manager, "restriction.open")] == [by_phone.reference]


def decision_about_unasked(customer, officer, manager):
    return factories.decision(
        by=manager,
        incidents=[factories.incident(by=officer, customer=customer)],
        needs_confirmed_with=ConfirmedWith.NOBODY,
    )


@pytest.mark.policy("9", "18", "EIA")
def test_what_is_known_of_a_disability_is_weighed_before_anything_is_decided(manager, officer, signed_in):
    """Line 8: Housing Ombudsman 202006100."""
    customer = factories.customer(by=officer, accessibility_needs="Is autistic: say what comes next.")
    customers.agree_adjustment(
        customer=customer, by=officer, submission=uuid.uuid4(), what="Calls only at a time agreed before."
    )
    incident = factories.incident(by=officer, customer=customer)
    page = words(signed_in(manager).get(reverse("decide", args=[customer.reference])))
    for known in ("Is autistic: say what comes next.", "Calls only at a time agreed before."):
        assert known in page
        assert known in " ".join(card_texts(customer))
    for left_out, field in (
        ({"disability": ""}, "disability"),
        ({"needs_considered": "n/a"}, "needs_considered"),
        ({"needs_confirmed_with": ""}, "needs_confirmed_with"),
        ({"vulnerability": ""}, "vulnerability"),
        ({"disability": YesNoUnknown.YES}, "disability_considered"),
        ({"vulnerability": YesNoUnknown.YES}, "vulnerability_considered"),
    ):
        refused = refusals_of(factories.decision, by=manager, incidents=[incident], **left_out)
        assert refused.keys() == {field}
    assert not ManagementDecision.objects.exists()
    decision = factories.decision(
        by=manager,
        incidents=[reload(incident)],
        disability=YesNoUnknown.YES,
        disability_considered="Calls without notice upset her: these are ended.",
    )
    factories.restriction(by=manager, decision=decision)
    assert "The adjustments that we have agreed with you go on." in text_of(draft_letter(decision, manager))


@pytest.mark.policy("9", "12", "61.3")
@pytest.mark.beyond("B23")
@pytest.mark.parametrize(
    ("facts", "doubt"),
    [
        ({"preferred_language": "Polish"}, "reads Polish"),
        ({"accessibility_needs": "Registered blind."}, "says “blind”"),
    ],
)
def test_a_letter_that_they_cannot_read_tells_them_nothing(facts, doubt, manager, officer, signed_in):
    """Line 9: LGSCO 25 008 004 (Suffolk)."""
    customer = factories.customer(by=officer, **factories.HOME | facts)
    decision = decision_about(customer, officer, manager)
    restriction = factories.restriction(by=manager, decision=decision, **WAITS)
    letter = factories.issue_letter(draft_letter(decision, manager), by=manager)
    status, page = post_sent_form(signed_in(manager), letter, SentBy.LETTER)
    assert status == 422
    assert doubt in page
    assert doubt in refusals_of(send_letter, letter, manager)["sent_reason"]
    assert reload(restriction).starts_on is None


@pytest.mark.policy("9", "61.3")
@pytest.mark.parametrize(
    ("facts", "letter_format"),
    [
        ({"preferred_format": Format.LARGE_PRINT}, Format.LARGE_PRINT),
        ({"needs": ["needs_audio"], "preferred_format": Format.AUDIO}, Format.AUDIO),
    ],
)
def test_a_letter_begins_in_the_format_that_they_can_use(facts, letter_format, manager, officer):
    """Line 9: LGSCO 25 008 004 (Suffolk)."""
    customer = factories.customer(by=officer, **factories.HOME | facts)
    decision = decision_about(customer, officer, manager)
    factories.restriction(by=manager, decision=decision)
    letter = draft_letter(decision, manager)
    assert letter.format == letter_format
    assert "another format" in text_of(letter)


@pytest.mark.policy("21.1")
@pytest.mark.beyond("B2")
def test_a_named_contact_who_is_away_or_has_left_leaves_nobody_without_somebody(manager, customer, decision):
    """Line 10, in part: LGSCO 19 017 950 (Kingston). What reaches a named contact and is not answered is no task yet."""
    contact, deputy = (factories.staff(name, "Officer") for name in ("calum", "eilidh"))
    facts = {"kind": "named_contact", "terms": {"open": ["letter", "phone"]}, "named_contact": contact}
    assert "deputy" in refusals_of(factories.restriction, by=manager, decision=decision, **facts)
    restriction = factories.restriction(by=manager, decision=decision, deputy=deputy, **facts)

    def whom_to_ask():
        [text] = [text for text in card_texts(reload(customer)) if text.startswith("Pass everything on")]
        return text

    assert whom_to_ask().startswith(f"Pass everything on to {contact}")
    factories.is_away(contact)
    assert whom_to_ask().startswith(f"Pass everything on to the deputy, {deputy}")
    factories.is_away(deputy)
    assert whom_to_ask().startswith("Pass everything on to a manager")
    assert not task_rows(manager, "restriction.rename")
    factories.leaves(contact)
    assert [row["reference"] for row in task_rows(manager, "restriction.rename")] == [restriction.reference]


@pytest.mark.policy("53", "54")
def test_how_many_complaints_there_were_is_no_ground_by_itself(
    manager, management, officer, customer, signed_in
):
    """Line 11, in part: Housing Ombudsman 202203445. Whether each earlier complaint was put right is not asked one by one yet."""
    many = factories.incident(
        by=officer, customer=customer, categories=[Category.COMPLAINTS_PROCESS], contact_ended=YesNo.NO
    )
    refused = refusals_of(factories.assess_incident, many, by=manager)
    assert "use of the complaints process" in " ".join(refused.values())
    factories.assess_incident(many, by=management)
    assert "incidents" in refusals_of(factories.decision, by=manager, incidents=[reload(many)])
    decision = factories.decision(by=management, incidents=[reload(many)])
    with pytest.raises(Refused):
        factories.restriction(by=manager, decision=decision, **complaints_restriction())
    for name in ("exceptional_circumstances", "earlier_complaints", "new_complaints"):
        unsaid = complaints_restriction(**{name: "See above"})
        assert name in refusals_of(factories.restriction, by=management, decision=decision, **unsaid)
    url = f"{reverse('restrict', args=[decision.reference])}?kind=complaints_process"
    assert signed_in(manager).post(url, restriction_form(**complaints_restriction())).status_code == 403


@pytest.mark.policy("26", "31")
@pytest.mark.beyond("B12")
def test_whoever_decides_sees_whether_anybody_was_warned(manager, officer, customer, signed_in):
    """Line 12, in part: SPSO's guide. Why nobody was is asked with the incident, and not again with the decision."""
    unwarned = factories.incident(by=officer, customer=customer, warning=Warning.NOT_GIVEN)
    needed = {refusal.field for refusal in incident_lacks(unwarned)}
    assert "no_warning_reason" in needed
    page = words(signed_in(manager).get(reverse("decide", args=[customer.reference])))
    assert "Warnings given" in page
    assert "None is recorded." in page
    warned = factories.incident(by=officer, customer=customer, warning=Warning.GIVEN)
    page = words(signed_in(manager).get(reverse("decide", args=[customer.reference])))
    assert "None is recorded." not in page.split("Warnings given")[1][:200]
    assert warned.reference in page


def incident_lacks(incident):
    with pytest.raises(Incomplete) as refused:
        incidents.close_incident(
            incident=incident, by=factories.staff("closer", "Manager"), version=incident.version
        )
    return refused.value.refusals


@pytest.mark.policy("10", "13", "14")
@pytest.mark.beyond("B39")
@pytest.mark.parametrize("nothing", [".", "n/a", "\u200b", "see notes", "as above"])
def test_what_was_weighed_is_written_down(nothing, manager, incident, decision):
    """Line 13: SPSO 202103742."""
    for name in ("effect", "proportionality", "needs_considered"):
        refused = refusals_of(factories.decision, by=manager, incidents=[incident], **{name: nothing})
        assert refused.keys() == {name}
    for name in ("reason", "easing_conditions"):
        refused = refusals_of(factories.restriction, by=manager, decision=decision, **{name: nothing})
        assert refused.keys() == {name}


@pytest.mark.beyond("B39")
def test_what_was_weighed_in_few_words_is_shown_as_such(manager, decision, signed_in):
    """Line 13: SPSO 202103742."""
    for effect, is_thin in (
        ("Three colleagues have asked not to pick up, and two are ill.", False),
        ("Upset.", True),
    ):
        weighed = factories.decision(by=manager, incidents=list(decision.incidents.all()), effect=effect)
        answer = words(signed_in(manager).get(weighed.get_absolute_url())).split(effect)[1].split("</dd>")[0]
        assert ("Short reason" in answer) is is_thin


PARTS = ("reported", "suffered", "assessed", "decided", "imposed", "reviewed")


@pytest.mark.policy("22")
@pytest.mark.parametrize("part", PARTS)
def test_nobody_hears_what_they_had_a_part_in(part, manager, officer, customer, executive, signed_in):
    """Line 14: several."""
    both = factories.staff("both", "Executive Team", "Manager")
    does = {each: both if each == part else manager for each in PARTS}
    incident = factories.incident(
        by=both if part == "reported" else officer,
        customer=customer,
        affected_staff=[both] if part == "suffered" else [],
    )
    incident = factories.assess_incident(incident, by=does["assessed"])
    decision = factories.decision(by=does["decided"], incidents=[incident])
    restriction = factories.restriction(by=does["imposed"], decision=decision)
    hold_review(restriction.reviews.get(), does["reviewed"])
    appeal = reviews.log_appeal(
        customer=customer,
        by=officer,
        submission=uuid.uuid4(),
        restrictions=[restriction],
        received_on=today(),
        channel=Channel.PHONE,
        lodged_by="Órla",
        grounds="It is not fair.",
    )
    appeal = acknowledge_appeal(appeal, executive)
    verdict = {"outcome": AppealOutcome.NOT_UPHELD, "reasons": "We have weighed what you say."}
    hearing = {"appeal": appeal, "version": appeal.version, "heard_on": today()}
    hearing["verdicts"] = {restriction.reference: verdict}
    with pytest.raises(Refused, match="somebody else hears this appeal"):
        reviews.decide_appeal(by=both, **hearing)
    assert refusals_of(reviews.decide_appeal, by=executive, panel=[both], **hearing).keys() == {"panel"}
    url = reverse("appeal_decide", args=[appeal.reference])
    assert signed_in(both).post(url, {"version": appeal.version}).status_code == 403
    assert signed_in(executive).get(url).status_code == 200


@pytest.mark.beyond("B5")
def test_nobody_else_in_the_household_is_restricted(manager, officer, customer, decision, signed_in):
    """Line 15: several."""
    partner = factories.customer(by=officer, name="Dòmhnall Bàn", household_of=customer, **factories.HOME)
    restriction = factories.restriction(by=manager, decision=decision)
    restrictions.notify_customer(restriction=restriction, by=manager, on=today())
    assert not contact_plan(partner).closed_channels
    assert not [text for text in card_texts(partner) if "Deal with them" in text]
    factories.contact(by=officer, customer=partner)
    assert not Breach.objects.exists()
    assert (
        "Restrictions in force"
        not in words(signed_in(officer).get(partner.get_absolute_url())).split(customer.name)[0]
    )

    theirs = factories.assess_incident(factories.incident(by=officer, customer=partner), by=manager)
    assert "incidents" in refusals_of(
        factories.restriction, by=manager, decision=decision, incidents=[theirs]
    )
    url = f"{reverse('restrict', args=[decision.reference])}?kind=channel"
    typed = restriction_form(incidents=[theirs.reference]) | {"submission": uuid.uuid4()}
    assert signed_in(manager).post(url, typed).status_code == 422
    for field, text in (
        ("reason", "This applies to your wife and children too."),
        ("staff_instruction", "Nobody in the household may ring."),
    ):
        refused = refusals_of(factories.restriction, by=manager, decision=decision, **{field: text})
        assert field in refused
    assert [*Restriction.objects.all()] == [restriction]


@pytest.mark.policy("12")
@pytest.mark.beyond("B23")
def test_a_letter_to_an_address_that_they_have_left_tells_them_nothing(
    manager, officer, customer, decision, time_machine, signed_in
):
    """Line 16: several."""
    restriction = factories.restriction(by=manager, decision=decision, **WAITS)
    letter = factories.issue_letter(draft_letter(decision, manager), by=manager)
    customers.change_customer(
        customer=customer,
        by=officer,
        version=reload(customer).version,
        address="9 Heron Way\nLochside",
        details_reason="They rang on Monday: they have moved.",
    )
    status, page = post_sent_form(signed_in(manager), letter, SentBy.LETTER)
    assert status == 422
    assert "was changed after this letter was issued" in page
    assert reload(restriction).customer_notified_on is None


@pytest.mark.policy("12")
@pytest.mark.beyond("B23")
def test_a_letter_that_came_back_has_told_them_nothing(manager, customer, decision, time_machine, signed_in):
    """Line 16: several."""
    restriction = factories.restriction(by=manager, decision=decision, **WAITS)
    sent = send_letter(draft_letter(decision, manager), manager)
    later(time_machine, add_working_days(sent.received_on, 3))
    assert contact_plan(customer).closed_channels
    url = reverse("letter_came_back", args=[sent.reference])
    form = {"version": sent.version, "came_back_on": today().isoformat(), "came_back_reason": "Gone away."}
    assert signed_in(manager).post(url, form).status_code == 302
    assert reload(restriction).customer_notified_on is None
    assert not contact_plan(customer).closed_channels
    assert [row["kind"] for row in task_rows(manager, "letter.send_again")] == ["letter.send_again"]
