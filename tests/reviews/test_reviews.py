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
from cha_engagement.organisation.calendar import add_months, today
from incidents.restorative import actions as restorative
from restrictions import actions as restrictions
from restrictions.actions import draft_decision_letter as write_decided
from restrictions.models import Restriction
from reviews import actions
from reviews.actions.review import schedule_review
from reviews.forms import HoldForm
from reviews.models import Review
from reviews.queries.developments import developments_for_page

from .. import factories
from .conftest import eased, in_days

pytestmark = pytest.mark.django_db


def hold(review, by, outcome="continue", **facts):
    said = {
        "findings": "Calm letters.",
        "reasons": "You have kept to what we asked.",
        "next_review_on": in_days(85),
    }
    return actions.hold_review(review=review, by=by, version=review.version, outcome=outcome, **said | facts)


def step(customer, by):
    facts = {"kind": "break_suggested", "on": today(), "what": "Had tea.", "outcome": "partly"}
    return restorative.record_restorative_action(customer=customer, by=by, submission=uuid.uuid4(), **facts)


def version_of(restriction, **changes):
    """What a review may change."""
    kept = eased(restriction, **changes)
    return {name: value for name, value in kept.items() if name not in ("first_review_on", "review_months")}


@pytest.mark.policy("23")
def test_imposing_puts_the_first_review_in_the_diary(restriction):
    review = restriction.reviews.get()
    assert (review.status, review.due_on, review.customer) == (
        "scheduled",
        restriction.first_review_on,
        restriction.customer,
    )


@pytest.mark.policy("23")
def test_a_restriction_without_review_has_none_in_the_diary(manager, decision):
    assert not factories.unreviewed_restriction(by=manager, decision=decision).reviews.exists()


def test_a_proposal_has_no_review_yet(officer, incident):
    assert not factories.proposal(by=officer, incidents=[incident]).reviews.exists()


@pytest.mark.policy("23")
@pytest.mark.parametrize("end", ["lift", "expire"])
def test_what_ends_has_no_review_to_come(restriction, review, manager, end):
    if end == "lift":
        restrictions.lift_restriction(restriction=restriction, by=manager, status_reason="Calm again.")
    else:
        restrictions.expire_restriction(restriction=restriction)
    review.refresh_from_db()
    assert review.status == "cancelled"


@pytest.mark.policy("23")
def test_a_continued_restriction_is_looked_at_again(restriction, review, manager):
    held = hold(review, manager)
    following = restriction.reviews.get(status="scheduled")
    assert (held.status, held.held_by, held.held_on, held.next_review_on) == (
        "held",
        manager,
        today(),
        in_days(85),
    )
    assert following.due_on == in_days(85)
    restriction.refresh_from_db()
    assert restriction.status == "imposed"


@pytest.mark.policy("23")
def test_a_lifted_restriction_ends_at_once_and_is_not_looked_at_again(restriction, review, manager):
    held = hold(review, manager, "lift")
    restriction.refresh_from_db()
    assert (restriction.status, restriction.status_reason) == ("lifted", "You have kept to what we asked.")
    assert (held.status, held.next_review_on) == ("held", None)
    assert not Review.objects.filter(status="scheduled").exists()


@pytest.mark.beyond("B4")
def test_a_varied_restriction_is_replaced_by_one_with_its_own_review(restriction, review, manager):
    hold(
        review,
        manager,
        "vary",
        changes=version_of(restriction, terms={"closed": ["phone"], "open": ["letter", "email", "office"]}),
    )
    restriction.refresh_from_db()
    new = restriction.superseded_by
    assert (restriction.status, new.status, new.terms["open"]) == (
        "superseded",
        "imposed",
        ["letter", "email", "office"],
    )
    assert new.customer_notified_on is None
    assert [review.due_on for review in Review.objects.filter(status="scheduled")] == [in_days(85)]
    assert new.reviews.get().due_on == in_days(85)


@pytest.mark.beyond("B2")
def test_a_review_cannot_leave_the_customer_without_a_way_in(restriction, review, manager, customer):
    everything = {"closed": ["phone", "office", "email", "online_form", "message"], "open": ["letter"]}
    writing.save_record(customer, by=manager, reason="Needs", cannot_use=["letter"])
    with pytest.raises(Incomplete):
        hold(Review.objects.get(), manager, "vary", changes=version_of(restriction, terms=everything))
    review.refresh_from_db()
    assert review.status == "scheduled"


@pytest.mark.policy("22")
def test_a_review_does_not_vary_what_is_under_appeal(restriction, review, manager, log):
    log(restriction)
    with pytest.raises(Incomplete) as refused:
        hold(
            review,
            manager,
            "vary",
            changes=version_of(
                restriction, terms={"closed": ["phone"], "open": ["letter", "email", "office"]}
            ),
        )
    assert "under appeal" in str(refused.value)
    assert hold(review, manager).status == "held"


@pytest.mark.policy("23")
@pytest.mark.parametrize(("day", "words"), [(None, "Say when"), (0, "lies ahead"), (-3, "lies ahead")])
def test_what_goes_on_says_when_it_is_looked_at_again(review, manager, day, words):
    with pytest.raises(Incomplete) as refused:
        hold(review, manager, next_review_on=None if day is None else in_days(day))
    assert words in str(refused.value)
    assert refused.value.refusals[0].field == "next_review_on"


@pytest.mark.policy("54")
def test_only_the_management_team_reviews_limits_on_complaints(manager, management, decision):
    terms = {
        "exceptional_circumstances": "Forty complaints.",
        "earlier_complaints": "C1 to C40",
        "new_complaints": "We read all.",
    }
    limited = factories.restriction(by=management, decision=decision, kind="complaints_process", terms=terms)
    with pytest.raises(Refused) as refused:
        hold(limited.reviews.get(), manager)
    assert "Only a Management Team member" in str(refused.value)
    assert hold(limited.reviews.get(), management).status == "held"


def said_now(restriction):
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
        ("volume", LIMIT, limit(limited=["phone", "email"]), "limited"),
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
def test_a_review_takes_no_more_away(kind, terms, changes, field, manager, decision, customer):
    """Minutes after the phone was closed: more time, letters only, until 2035."""
    said = {"kind": kind} | ({"terms": terms} if terms else {}) | {"ends_on": in_days(200)}
    if kind == "other":
        said["staff_instruction"] = "Two of us come to each visit."
    one = factories.restriction(by=manager, decision=decision, **said)
    with pytest.raises(Incomplete, match="Only a fresh decision takes more away") as refused:
        hold(one.reviews.get(), manager, "vary", changes=said_now(one) | changes)
    assert field in [refusal.field for refusal in refused.value.refusals]
    one.refresh_from_db()
    assert one.status == "imposed"


@pytest.mark.policy("14")
def test_a_review_opens_the_last_way_that_a_measure_in_words_of_its_own_closes(manager, decision):
    facts = {"terms": factories.OWN_WORDS, "staff_instruction": "Meet them at the library."}
    one = factories.restriction(by=manager, decision=decision, kind="other", **facts)
    hold(one.reviews.get(), manager, "vary", changes=said_now(one) | {"terms": one.terms | {"closed": []}})
    new = Restriction.objects.get(supersedes=one)
    assert (new.status, new.terms["closed"], new.closed_channels) == ("imposed", [], set())


@pytest.mark.policy("12", "14")
@pytest.mark.parametrize(
    ("kind", "terms", "field"),
    [
        ("channel", {"closed": ["phone"], "open": ["letter"]}, "closed"),
        ("block_email", {"blocked": ["a@b.example"]}, "blocked"),
        ("block_account", {"blocked": ["Facebook: orla.nb"]}, "blocked"),
    ],
)
def test_a_review_that_would_close_or_block_nothing_is_led_to_ending_it(
    kind, terms, field, manager, decision
):
    one = factories.restriction(by=manager, decision=decision, kind=kind, terms=terms)
    with pytest.raises(Incomplete, match="To end the restriction, choose “Lift") as refused:
        hold(one.reviews.get(), manager, "vary", changes=said_now(one) | {"terms": terms | {field: []}})
    assert [refusal.field for refusal in refused.value.refusals] == [field]


@pytest.mark.policy("14")
@pytest.mark.beyond("B28")
@pytest.mark.parametrize(
    ("instruction", "then"), [("", "usual"), ("Ring back.", "Ring back."), ("usual", "usual")]
)
def test_a_review_keeps_what_staff_do_or_returns_to_the_usual_words(instruction, then, manager, decision):
    one = factories.restriction(by=manager, decision=decision, staff_instruction="Ring back.")
    usual = one.kind_rules.usual_instruction(one)
    said = said_now(one) | {
        "staff_instruction": usual if instruction == "usual" else instruction,
        "terms": {"closed": ["phone"], "open": ["letter", "email", "message"]},
    }
    hold(one.reviews.get(), manager, "vary", changes=said)
    new = Restriction.objects.get(supersedes=one)
    assert new.staff_instruction == (usual if then == "usual" else then)


@pytest.mark.beyond("B28")
def test_the_page_of_a_review_leads_to_where_more_can_be_decided(signed_in, review, manager, customer):
    page = signed_in(manager).get(f"{review.get_absolute_url()}hold/").content.decode()
    assert reverse("decide", args=[customer.reference]) in page


@pytest.mark.policy("23")
@pytest.mark.parametrize("changes", [{}, {"terms": {"open": ["letter", "email"], "closed": ["phone"]}}])
def test_a_review_that_varies_changes_something(restriction, review, manager, changes):
    with pytest.raises(Incomplete) as refused:
        hold(review, manager, "vary", changes=version_of(restriction, **changes))
    assert [one.field for one in refused.value.refusals] == ["outcome"]
    other_words = version_of(restriction, easing_conditions="Two months of calm letters.")
    assert hold(review, manager, "vary", changes=other_words).status == "held"


@pytest.mark.policy("23")
def test_the_next_review_is_within_reason(review, manager):
    """Within the three months that were said when it was imposed."""
    for day in (add_months(today(), 3) + datetime.timedelta(days=1), datetime.date(9999, 12, 31)):
        with pytest.raises(Incomplete, match="looked at every 3 months"):
            hold(review, manager, next_review_on=day)
    assert hold(review, manager, next_review_on=add_months(today(), 3)).status == "held"


@pytest.mark.policy("23")
def test_the_first_review_is_within_reason(manager, decision):
    with pytest.raises(Incomplete, match="too far ahead"):
        factories.restriction(by=manager, decision=decision, first_review_on=datetime.date(9999, 12, 31))


@pytest.mark.policy("23")
def test_the_next_review_comes_while_the_restriction_lasts(manager, decision):
    ending = factories.restriction(
        by=manager, decision=decision, ends_on=in_days(80), first_review_on=in_days(50)
    )
    review = ending.reviews.get()
    with pytest.raises(Incomplete, match="It ends before that"):
        hold(review, manager, next_review_on=in_days(81))
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=70)):
        assert HoldForm(record=review).fields["next_review_on"].initial == ending.ends_on
        assert hold(review, manager, next_review_on=ending.ends_on).status == "held"


@pytest.mark.policy("23")
def test_on_its_last_day_there_is_no_next_review_to_ask_for(manager, decision):
    ending = factories.restriction(
        by=manager, decision=decision, ends_on=in_days(100), first_review_on=in_days(50)
    )
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=100)):
        review = ending.reviews.get()
        assert HoldForm(record=review).fields["next_review_on"].initial is None
        with pytest.raises(Incomplete, match="leave the next review empty"):
            hold(review, manager, next_review_on=in_days(1))
        assert hold(review, manager, next_review_on=None).status == "held"
    assert not ending.reviews.filter(status="scheduled").exists()


@pytest.mark.policy("23")
def test_what_happened_before_a_first_day_that_lay_ahead_is_weighed(officer, manager, customer, decision):
    ahead = factories.restriction(
        by=manager, decision=decision, starts_on=in_days(20), first_review_on=in_days(60)
    )
    now = datetime.datetime.now(datetime.UTC)
    with time_machine.travel(now + datetime.timedelta(days=10)):
        between = factories.incident(by=officer, customer=customer)
    with time_machine.travel(now + datetime.timedelta(days=60)):
        found = developments_for_page(ahead.reviews.get(), manager)["groups"][0]
        assert between in [row.record for row in found.developments]


@pytest.mark.policy("23")
def test_what_it_was_imposed_on_and_what_came_before_that_moment_is_not_since(
    adviser, officer, manager, customer, incident, decision
):
    """On one day: an incident, a step, the decision and its letter, and what came afterwards."""
    before = factories.incident(by=officer, customer=customer)
    tried = [step(customer, officer)]
    restriction = factories.restriction(by=manager, decision=decision)
    letter = write_decided(decision=decision, by=manager)
    letter = factories.issue_letter(letter, by=manager)
    after, later = (
        factories.incident(by=officer, customer=customer, occurred_at=timezone.now()),
        step(customer, officer),
    )
    made = factories.contact(by=officer, customer=customer)
    # Whatever somebody makes of its day later, what it rests on founded it.
    writing.save_record(incident, by=officer, reason="Corrected", occurred_at=timezone.now())
    weighed = developments_for_page(restriction.reviews.get(), manager)
    shown = {row.record for section in weighed["groups"] for row in section.developments}
    assert {after, later} <= shown
    assert not {incident, before, letter, *tried} & shown
    assert "1 contact" in str(
        [section.developments for section in weighed["groups"] if section.title == "Contacts"]
    )
    assert made


@pytest.mark.policy("23")
def test_after_a_review_what_it_weighed_is_not_since(manager, officer, customer, review):
    weighed = factories.incident(by=officer, customer=customer, occurred_at=timezone.now())
    hold(review, manager)
    after = factories.incident(by=officer, customer=customer, occurred_at=timezone.now())
    following = Review.objects.get(status="scheduled")
    shown = {
        row.record
        for section in developments_for_page(following, manager)["groups"]
        for row in section.developments
    }
    assert (after in shown, weighed in shown) == (True, False)


def test_who_comes_second_is_told_so(review, manager, management):
    hold(review, manager)
    with pytest.raises(Stale):
        hold(review, management, "lift")


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
def test_the_next_review_is_so_many_calendar_months_on(review, held_on, months, next_on):
    review.restriction.review_months = months
    moment = held_on if "T" in held_on else f"{held_on}T12:00:00+00:00"
    with time_machine.travel(datetime.datetime.fromisoformat(moment), tick=False):
        assert str(HoldForm(record=review).fields["next_review_on"].initial) == next_on
        assert str(add_months(today(), months)) == next_on


@pytest.mark.database
def test_one_review_is_scheduled_at_most(restriction):
    with pytest.raises(IntegrityError), transaction.atomic():
        schedule_review(restriction, on=in_days(10), by=None)
    assert Restriction.objects.count() == 1
