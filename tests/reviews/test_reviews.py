"""The diary of reviews, and holding one."""

import datetime
import uuid

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from cha_engagement.core.records import Stale, writing
from cha_engagement.core.refusals import Incomplete, Refused
from cha_engagement.customers.enums import Channel
from cha_engagement.customers.models import Customer
from cha_engagement.organisation.calendar import add_months, today
from incidents.restorative import actions as restorative
from incidents.restorative.enums import RestorativeKind, RestorativeOutcome
from restrictions import actions as restrictions
from restrictions.actions import draft_decision_letter
from restrictions.enums import RestrictionStatus
from restrictions.models import Restriction
from reviews.actions import write_letter
from reviews.actions.review import schedule_review
from reviews.card import next_review_line
from reviews.enums import ReviewOutcome, ReviewStatus
from reviews.forms import HoldForm
from reviews.models import Review
from reviews.queries.developments import developments_for_page

from .. import factories
from .conftest import days_from_today, hold_review, version_facts

pytestmark = pytest.mark.django_db


def restorative_step(customer, by):
    facts = {
        "kind": RestorativeKind.BREAK_SUGGESTED,
        "on": today(),
        "what": "Had tea.",
        "outcome": RestorativeOutcome.PARTLY,
    }
    return restorative.record_restorative_action(customer=customer, by=by, submission=uuid.uuid4(), **facts)


def shown_records(page):
    return {development.record for group in page["groups"] for development in group.developments}


def changed_version(restriction, **changes):
    """Return what a review may change."""
    facts = version_facts(restriction, **changes)
    return {name: value for name, value in facts.items() if name not in ("first_review_on", "review_months")}


@pytest.mark.policy("23")
def test_imposing_a_restriction_schedules_its_first_review(restriction):
    review = restriction.reviews.get()
    assert (review.status, review.due_on, review.customer) == (
        ReviewStatus.SCHEDULED,
        restriction.first_review_on,
        restriction.customer,
    )


@pytest.mark.policy("23")
def test_a_restriction_without_reviews_has_none_scheduled(manager, decision):
    assert not factories.unreviewed_restriction(by=manager, decision=decision).reviews.exists()


def test_a_proposal_has_no_review_yet(officer, incident):
    assert not factories.proposal(by=officer, incidents=[incident]).reviews.exists()


@pytest.mark.policy("23")
@pytest.mark.parametrize("end", ["lift", "expire"])
def test_the_review_of_an_ended_restriction_is_cancelled(restriction, review, manager, end):
    if end == "lift":
        restrictions.lift_restriction(restriction=restriction, by=manager, status_reason="Calm again.")
    else:
        restrictions.expire_restriction(restriction=restriction)
    review.refresh_from_db()
    assert review.status == ReviewStatus.CANCELLED


@pytest.mark.policy("23")
def test_a_continued_restriction_has_its_next_review_scheduled(restriction, review, manager):
    held = hold_review(review, manager)
    following = restriction.reviews.get(status=ReviewStatus.SCHEDULED)
    assert (held.status, held.held_by, held.held_on, held.next_review_on) == (
        ReviewStatus.HELD,
        manager,
        today(),
        days_from_today(85),
    )
    assert following.due_on == days_from_today(85)
    restriction.refresh_from_db()
    assert restriction.status == RestrictionStatus.IMPOSED


@pytest.mark.policy("23")
def test_a_restriction_lifted_by_a_review_ends_at_once(restriction, review, manager):
    held = hold_review(review, manager, ReviewOutcome.LIFT)
    restriction.refresh_from_db()
    assert (restriction.status, restriction.status_reason) == (
        RestrictionStatus.LIFTED,
        "You have kept to what we asked.",
    )
    assert (held.status, held.next_review_on) == (ReviewStatus.HELD, None)
    assert not Review.objects.filter(status=ReviewStatus.SCHEDULED).exists()


@pytest.mark.beyond("B4")
def test_a_varied_restriction_is_replaced_by_a_version_with_its_own_review(restriction, review, manager):
    hold_review(
        review,
        manager,
        ReviewOutcome.VARY,
        changes=changed_version(
            restriction, terms={"closed": ["phone"], "open": ["letter", "email", "office"]}
        ),
    )
    restriction.refresh_from_db()
    new = restriction.superseded_by
    assert (restriction.status, new.status, new.terms["open"]) == (
        RestrictionStatus.SUPERSEDED,
        RestrictionStatus.IMPOSED,
        [Channel.LETTER, Channel.EMAIL, Channel.OFFICE],
    )
    assert new.customer_notified_on is None
    assert [review.due_on for review in Review.objects.filter(status=ReviewStatus.SCHEDULED)] == [
        days_from_today(85)
    ]
    assert new.reviews.get().due_on == days_from_today(85)


@pytest.mark.beyond("B2")
def test_a_review_cannot_leave_the_customer_without_an_open_channel(restriction, review, manager, customer):
    everything = {"closed": ["phone", "office", "email", "online_form", "message"], "open": ["letter"]}
    writing.save_record(customer, by=manager, reason="Needs", cannot_use=[Channel.LETTER])
    with pytest.raises(Incomplete):
        hold_review(
            Review.objects.get(),
            manager,
            ReviewOutcome.VARY,
            changes=changed_version(restriction, terms=everything),
        )
    review.refresh_from_db()
    assert review.status == ReviewStatus.SCHEDULED


@pytest.mark.policy("22")
def test_a_review_does_not_vary_a_restriction_under_appeal(restriction, review, manager, log_appeal):
    log_appeal(restriction)
    with pytest.raises(Incomplete) as raised:
        hold_review(
            review,
            manager,
            ReviewOutcome.VARY,
            changes=changed_version(
                restriction, terms={"closed": ["phone"], "open": ["letter", "email", "office"]}
            ),
        )
    assert "under appeal" in str(raised.value)
    assert hold_review(review, manager).status == ReviewStatus.HELD


@pytest.mark.policy("23")
@pytest.mark.parametrize(
    ("day", "words"), [(None, "Say when"), (0, "must be in the future"), (-3, "must be in the future")]
)
def test_a_continued_restriction_needs_a_day_for_its_next_review(review, manager, day, words):
    with pytest.raises(Incomplete) as raised:
        hold_review(review, manager, next_review_on=None if day is None else days_from_today(day))
    assert words in str(raised.value)
    assert raised.value.refusals[0].field == "next_review_on"


@pytest.mark.policy("54")
def test_only_the_management_team_reviews_limits_on_complaints(manager, management, decision):
    terms = {
        "exceptional_circumstances": "Forty complaints.",
        "earlier_complaints": "C1 to C40",
        "new_complaints": "We read all.",
    }
    limited = factories.restriction(by=management, decision=decision, kind="complaints_process", terms=terms)
    with pytest.raises(Refused) as raised:
        hold_review(limited.reviews.get(), manager)
    assert "Only a Management Team member" in str(raised.value)
    assert hold_review(limited.reviews.get(), management).status == ReviewStatus.HELD


def current_facts(restriction):
    names = ("terms", "ends_on", "easing_conditions", "staff_instruction")
    return {name: getattr(restriction, name) for name in names}


LIMIT = {
    "limited": ["phone"],
    "most": {"contacts": 3, "minutes": None, "every": "week"},
    "days": [0, 2],
    "hours": ["10:00", "12:00"],
}


def limit(**changes):
    return {"terms": LIMIT | changes}


@pytest.mark.policy("14", "22")
@pytest.mark.beyond("B28")
@pytest.mark.parametrize(
    ("kind", "terms", "changes", "field"),
    [
        ("channel", None, {"terms": {"closed": ["phone", "email"], "open": ["letter"]}}, "closed"),
        ("channel", None, {"terms": {"closed": ["phone"], "open": ["letter"]}}, "open"),
        ("channel", None, {"ends_on": datetime.date(2035, 1, 1)}, "ends_on"),
        ("channel", None, {"ends_on": None}, "ends_on"),
        ("volume", LIMIT, limit(limited=[Channel.PHONE, Channel.EMAIL]), "limited"),
        ("volume", LIMIT, limit(most={"contacts": 2, "minutes": None, "every": "week"}), "most_contacts"),
        ("volume", LIMIT, limit(most={"contacts": 3, "minutes": None, "every": "month"}), "most_contacts"),
        ("volume", LIMIT, limit(most={"contacts": 3, "minutes": 1, "every": "week"}), "most_minutes"),
        ("volume", LIMIT, limit(days=[0]), "days"),
        ("volume", LIMIT, limit(hours=["10:00", "11:00"]), "hours_from"),
        ("block_email", {"blocked": ["a@b.example"]}, {"terms": {"blocked": ["a@b.example", "c@d.example"]}}, "blocked"),
        ("third_party", factories.ADVOCATE | {"open": ["letter", "email"]}, {"terms": factories.ADVOCATE}, "open"),
        ("channel", None, {"staff_instruction": "Hang up on them."}, "staff_instruction"),
        (
            "other",
            {"description": "Two of us come to each visit.", "closed": [], "affected_matters": ["none"]},
            {"terms": {"description": "We answer once a year.", "closed": [], "affected_matters": ["none"]}},
            "description",
        ),
    ],
)  # fmt: skip
def test_a_review_takes_no_more_away_than_before(kind, terms, changes, field, manager, decision, customer):
    """Minutes after the phone was closed: more time, letters only, until 2035."""
    facts = {"kind": kind} | ({"terms": terms} if terms else {}) | {"ends_on": days_from_today(200)}
    if kind == "other":
        facts["staff_instruction"] = "Two of us come to each visit."
    restriction = factories.restriction(by=manager, decision=decision, **facts)
    with pytest.raises(Incomplete, match="Only a fresh decision takes more away") as raised:
        hold_review(
            restriction.reviews.get(),
            manager,
            ReviewOutcome.VARY,
            changes=current_facts(restriction) | changes,
        )
    assert field in [refusal.field for refusal in raised.value.refusals]
    restriction.refresh_from_db()
    assert restriction.status == RestrictionStatus.IMPOSED


@pytest.mark.policy("14")
def test_a_review_opens_the_last_channel_that_a_measure_in_our_own_words_closes(manager, decision):
    facts = {"terms": factories.OWN_WORDS, "staff_instruction": "Meet them at the library."}
    restriction = factories.restriction(by=manager, decision=decision, kind="other", **facts)
    hold_review(
        restriction.reviews.get(),
        manager,
        ReviewOutcome.VARY,
        changes=current_facts(restriction) | {"terms": restriction.terms | {"closed": []}},
    )
    new = Restriction.objects.get(supersedes=restriction)
    assert (new.status, new.terms["closed"], new.closed_channels) == (RestrictionStatus.IMPOSED, [], set())


@pytest.mark.policy("12", "14")
@pytest.mark.parametrize(
    ("kind", "terms", "field"),
    [
        ("channel", {"closed": ["phone"], "open": ["letter"]}, "closed"),
        ("block_email", {"blocked": ["a@b.example"]}, "blocked"),
        ("block_account", {"blocked": ["Facebook: orla.nb"]}, "blocked"),
    ],
)
def test_a_version_that_would_restrict_nothing_is_led_to_lifting(kind, terms, field, manager, decision):
    restriction = factories.restriction(by=manager, decision=decision, kind=kind, terms=terms)
    with pytest.raises(Incomplete, match="To end the restriction, choose “Lift") as raised:
        hold_review(
            restriction.reviews.get(),
            manager,
            ReviewOutcome.VARY,
            changes=current_facts(restriction) | {"terms": terms | {field: []}},
        )
    assert [refusal.field for refusal in raised.value.refusals] == [field]


@pytest.mark.policy("14")
@pytest.mark.beyond("B28")
@pytest.mark.parametrize(
    ("instruction", "then"), [("", "usual"), ("Ring back.", "Ring back."), ("usual", "usual")]
)
def test_a_review_keeps_the_staff_instruction_or_returns_to_the_usual_one(
    instruction, then, manager, decision
):
    restriction = factories.restriction(by=manager, decision=decision, staff_instruction="Ring back.")
    usual = restriction.kind_rules.usual_instruction(restriction)
    changes = current_facts(restriction) | {
        "staff_instruction": usual if instruction == "usual" else instruction,
        "terms": {"closed": ["phone"], "open": ["letter", "email", "message"]},
    }
    hold_review(restriction.reviews.get(), manager, ReviewOutcome.VARY, changes=changes)
    new = Restriction.objects.get(supersedes=restriction)
    assert new.staff_instruction == (usual if then == "usual" else then)


@pytest.mark.beyond("B28")
def test_the_page_of_a_review_links_to_a_fresh_decision(signed_in, review, manager, customer):
    page = signed_in(manager).get(f"{review.get_absolute_url()}hold/").content.decode()
    assert reverse("decide", args=[customer.reference]) in page


@pytest.mark.policy("23")
@pytest.mark.beyond("B4")
@pytest.mark.parametrize("changes", [{}, {"terms": {"open": ["letter", "email"], "closed": ["phone"]}}])
def test_a_review_that_varies_nothing_is_refused(restriction, review, manager, changes):
    with pytest.raises(Incomplete) as raised:
        hold_review(review, manager, ReviewOutcome.VARY, changes=changed_version(restriction, **changes))
    assert [refusal.field for refusal in raised.value.refusals] == ["outcome"]
    other_words = changed_version(restriction, easing_conditions="Two months of calm letters.")
    assert hold_review(review, manager, ReviewOutcome.VARY, changes=other_words).status == ReviewStatus.HELD


@pytest.mark.policy("23")
def test_the_next_review_is_within_the_interval(review, manager):
    """Within the three months that were said when it was imposed."""
    for day in (add_months(today(), 3) + datetime.timedelta(days=1), datetime.date(9999, 12, 31)):
        with pytest.raises(Incomplete, match="looked at every 3 months"):
            hold_review(review, manager, next_review_on=day)
    assert hold_review(review, manager, next_review_on=add_months(today(), 3)).status == ReviewStatus.HELD


@pytest.mark.policy("23")
def test_the_first_review_is_not_too_far_ahead(manager, decision):
    with pytest.raises(Incomplete, match="too far ahead"):
        factories.restriction(by=manager, decision=decision, first_review_on=datetime.date(9999, 12, 31))


@pytest.mark.policy("23")
def test_the_next_review_is_before_the_restriction_ends(manager, decision):
    ending = factories.restriction(
        by=manager, decision=decision, ends_on=days_from_today(80), first_review_on=days_from_today(50)
    )
    review = ending.reviews.get()
    with pytest.raises(Incomplete, match="It ends before that"):
        hold_review(review, manager, next_review_on=days_from_today(81))
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=70)):
        assert HoldForm(record=review).fields["next_review_on"].initial == ending.ends_on
        assert hold_review(review, manager, next_review_on=ending.ends_on).status == ReviewStatus.HELD


@pytest.mark.policy("23")
def test_on_the_last_day_of_a_restriction_no_next_review_is_asked_for(manager, decision):
    ending = factories.restriction(
        by=manager, decision=decision, ends_on=days_from_today(100), first_review_on=days_from_today(50)
    )
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=100)):
        review = ending.reviews.get()
        assert HoldForm(record=review).fields["next_review_on"].initial is None
        with pytest.raises(Incomplete, match="leave the next review empty"):
            hold_review(review, manager, next_review_on=days_from_today(1))
        assert hold_review(review, manager, next_review_on=None).status == ReviewStatus.HELD
    assert not ending.reviews.filter(status=ReviewStatus.SCHEDULED).exists()


@pytest.mark.policy("23")
def test_developments_before_a_first_day_still_ahead_are_shown(officer, manager, customer, decision):
    restriction = factories.restriction(
        by=manager, decision=decision, not_before=days_from_today(20), first_review_on=days_from_today(60)
    )
    now = datetime.datetime.now(datetime.UTC)
    with time_machine.travel(now + datetime.timedelta(days=10)):
        between = factories.incident(by=officer, customer=customer)
    with time_machine.travel(now + datetime.timedelta(days=60)):
        incidents = developments_for_page(restriction.reviews.get(), manager)["groups"][0]
        assert between in [development.record for development in incidents.developments]


@pytest.mark.policy("23")
def test_developments_leave_out_what_came_before_the_decision(
    adviser, officer, manager, customer, incident, decision
):
    """On one day: an incident, a step, the decision and its letter, and what came afterwards."""
    before = factories.incident(by=officer, customer=customer)
    steps_tried = [restorative_step(customer, officer)]
    restriction = factories.restriction(by=manager, decision=decision)
    letter = draft_decision_letter(decision=decision, by=manager)
    letter = factories.issue_letter(letter, by=manager)
    after, later = (
        factories.incident(by=officer, customer=customer, occurred_at=timezone.now()),
        restorative_step(customer, officer),
    )
    contact = factories.contact(by=officer, customer=customer)
    # Whatever somebody makes of its day later, what it rests on founded it.
    writing.save_record(incident, by=officer, reason="Corrected", occurred_at=timezone.now())
    developments = developments_for_page(restriction.reviews.get(), manager)
    shown = shown_records(developments)
    assert {after, later} <= shown
    assert not {incident, before, letter, *steps_tried} & shown
    assert "1 contact" in str(
        [group.developments for group in developments["groups"] if group.title == "Contacts"]
    )
    assert contact


@pytest.mark.policy("23")
def test_developments_leave_out_what_the_last_review_weighed(manager, officer, customer, review):
    weighed = factories.incident(by=officer, customer=customer, occurred_at=timezone.now())
    hold_review(review, manager)
    after = factories.incident(by=officer, customer=customer, occurred_at=timezone.now())
    following = Review.objects.get(status=ReviewStatus.SCHEDULED)
    shown = shown_records(developments_for_page(following, manager))
    assert (after in shown, weighed in shown) == (True, False)


def test_the_second_to_hold_a_review_gets_a_conflict(review, manager, management):
    hold_review(review, manager)
    with pytest.raises(Stale):
        hold_review(review, management, ReviewOutcome.LIFT)


@pytest.mark.parametrize(
    ("held_on", "months", "next_on"),
    [
        ("2026-11-30", 3, "2027-02-28"),
        ("2027-11-30", 3, "2028-02-29"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2026-12-31", 6, "2027-06-30"),
        ("2026-07-01T23:30:00+01:00", 3, "2026-10-01"),
        ("2026-10-24T23:30:00+01:00", 1, "2026-11-24"),
    ],
)
def test_the_next_review_is_a_number_of_calendar_months_ahead(review, held_on, months, next_on):
    review.restriction.review_months = months
    moment = held_on if "T" in held_on else f"{held_on}T12:00:00+00:00"
    with time_machine.travel(datetime.datetime.fromisoformat(moment), tick=False):
        assert str(HoldForm(record=review).fields["next_review_on"].initial) == next_on
        assert str(add_months(today(), months)) == next_on


@pytest.mark.database
def test_the_database_holds_one_scheduled_review_of_a_restriction(restriction):
    with pytest.raises(IntegrityError), transaction.atomic():
        schedule_review(restriction, on=days_from_today(10), by=None)
    assert Restriction.objects.count() == 1


def test_a_card_that_was_read_before_a_restriction_was_imposed_says_no_review_of_it(manager, decision):
    customer = Customer.objects.prefetch_related("restrictions").get(pk=decision.customer_id)
    factories.restriction(by=manager, decision=decision)
    assert next_review_line(customer) == []


@pytest.mark.beyond("B24")
@pytest.mark.parametrize(
    ("their_side", "field"),
    [
        ({"heard": ""}, "heard"),
        ({"heard": "told_us", "their_side": "n/a"}, "their_side"),
        ({"heard": "not_heard", "their_side": ""}, "not_heard_reason"),
    ],
)
def test_what_goes_on_is_reviewed_once_their_side_was_heard_or_it_is_said_why_not(
    review, manager, their_side, field
):
    with pytest.raises(Incomplete) as refused:
        hold_review(review, manager, **their_side)
    assert [refusal.field for refusal in refused.value.refusals] == [field]


@pytest.mark.beyond("B24")
def test_the_letter_about_a_review_says_what_they_told_us(review, manager):
    held = hold_review(review, manager)
    letter = write_letter(about=held, kind="review_outcome", by=manager)
    assert held.their_side in letter.body
