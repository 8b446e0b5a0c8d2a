"""One way of contact for another is a fresh decision, unless the customer asked for it. Policy §14, 22; beyond the policy: B2, B28."""

import datetime

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from cha_engagement.core.records import writing
from cha_engagement.core.refusals import Incomplete
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.enums import Channel
from cha_engagement.letters.rendering import placeholders
from cha_engagement.letters.rules import issuing
from cha_engagement.organisation.calendar import today
from restrictions.enums import Heard
from restrictions.models import Restriction
from restrictions.rules import is_swap
from reviews import actions
from reviews.enums import AppealOutcome, LetterCode, ReviewOutcome
from reviews.rules import unsaved_version
from tests.overwriting import overwrite_record

from .. import factories
from ..checked import send_checked
from .conftest import hold_review, version_facts

pytestmark = [pytest.mark.django_db, pytest.mark.policy("14"), pytest.mark.beyond("B28")]

# Calls were closed and emails open. They ask for calls, and not to be emailed.
SWAPPED = {"closed": ["email"], "open": ["letter", "phone"]}
WORDS = "On the phone to Ailsa: to be rung, and to have no more emails."
LIMIT = {"limited": ["phone"], "most": {"contacts": 3, "minutes": None, "every": "week"}, "days": [], "hours": []}  # fmt: skip


def requested(**changes):
    return {"customer_requested_on": today(), "customer_request": WORDS} | changes


def changed(restriction, **changes):
    facts = version_facts(restriction, **changes)
    return {name: value for name, value in facts.items() if name not in ("first_review_on", "review_months")}


def vary(restriction, by, **changes):
    changes = changed(restriction, **{"terms": SWAPPED} | changes)
    return hold_review(restriction.reviews.get(), by, ReviewOutcome.VARY, changes=changes)


def refusals_of_review(restriction, by, **changes):
    with pytest.raises(Incomplete) as raised:
        vary(restriction, by, **changes)
    return {refusal.field: refusal.sentence for refusal in raised.value.refusals}


def test_a_review_swaps_nothing_on_its_own_and_says_what_would(restriction, manager):
    sentence = refusals_of_review(restriction, manager)["closed"]
    assert "would close more than before: Email." in sentence
    assert "tick “They asked for this”" in sentence
    assert "Only a fresh decision takes more away." in sentence
    restriction.refresh_from_db()
    assert restriction.is_in_force


def test_a_review_swaps_what_its_customer_asked_for_and_keeps_how(restriction, manager):
    held = vary(restriction, manager, **requested())
    version = Restriction.objects.get(supersedes=restriction)
    assert (version.closed_channels, version.customer_requested_on, version.customer_request) == (
        {Channel.EMAIL},
        today(),
        WORDS,
    )
    assert held.outcome == ReviewOutcome.VARY


@pytest.mark.beyond("B24")
def test_a_review_swaps_nothing_for_a_customer_who_was_not_heard(restriction, manager):
    changes = changed(restriction, terms=SWAPPED, **requested())
    unheard = {"heard": Heard.NOT_HEARD, "their_side": "", "not_heard_reason": "Two letters, no answer."}
    with pytest.raises(Incomplete, match="They asked for this, and you say above") as raised:
        hold_review(restriction.reviews.get(), manager, ReviewOutcome.VARY, changes=changes, **unheard)
    assert [refusal.field for refusal in raised.value.refusals] == ["heard"]


@pytest.mark.policy("22")
def test_a_panel_swaps_only_what_its_customer_asked_for(acknowledged_appeal, decide_appeal, restriction):
    changes = version_facts(restriction, terms=SWAPPED)
    with pytest.raises(Incomplete, match="tick “They asked for this”") as raised:
        decide_appeal(acknowledged_appeal, AppealOutcome.PARTLY_UPHELD, changes=changes)
    assert [refusal.field for refusal in raised.value.refusals] == [f"{restriction.reference}-closed"]
    acknowledged_appeal.refresh_from_db()
    decide_appeal(acknowledged_appeal, AppealOutcome.PARTLY_UPHELD, changes=changes | requested())
    assert Restriction.objects.get(supersedes=restriction).customer_request == WORDS


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"terms": {"closed": ["email", "office"], "open": ["letter", "phone"]}}, "closed"),
        ({"terms": {"closed": ["phone", "email"], "open": ["letter"]}}, "closed"),
        ({"ends_on": None}, "ends_on"),
        ({"ends_on": datetime.date(2035, 1, 1)}, "ends_on"),
        ({"terms": SWAPPED | {"open": ["phone"]}}, "open"),
        ({"customer_request": ""}, "customer_request"),
        ({"customer_request": "n/a"}, "customer_request"),
        ({"customer_requested_on": None}, "customer_requested_on"),
        ({"customer_requested_on": datetime.date(2020, 1, 1)}, "customer_requested_on"),
        ({"customer_requested_on": "tomorrow"}, "customer_requested_on"),
    ],
)
def test_a_request_is_no_way_round(changes, field, decision, manager):
    ends_on = today() + datetime.timedelta(days=200)
    restriction = factories.restriction(by=manager, decision=decision, ends_on=ends_on)
    if changes.get("customer_requested_on") == "tomorrow":
        changes = {"customer_requested_on": today() + datetime.timedelta(days=1)}
    assert field in refusals_of_review(restriction, manager, **requested() | changes)


@pytest.mark.policy("22")
@pytest.mark.parametrize("later", [True, False])
def test_a_panel_looks_at_a_swap_no_later(acknowledged_appeal, decide_appeal, restriction, later):
    day = restriction.first_review_on + datetime.timedelta(days=1) if later else None
    changes = version_facts(restriction, terms=SWAPPED, first_review_on=day) | requested()
    with pytest.raises(Incomplete) as raised:
        decide_appeal(acknowledged_appeal, AppealOutcome.PARTLY_UPHELD, changes=changes)
    assert [refusal.field for refusal in raised.value.refusals] == [
        f"{restriction.reference}-first_review_on"
    ]


def test_fewer_contacts_are_no_swap_whoever_asked(decision, manager):
    restriction = factories.restriction(by=manager, decision=decision, kind="volume", terms=LIMIT)
    fewer = LIMIT | {"limited": ["email"], "most": {"contacts": 2, "minutes": None, "every": "week"}}
    assert "most_contacts" in refusals_of_review(restriction, manager, terms=fewer, **requested())
    assert "limited" in refusals_of_review(restriction, manager, terms=LIMIT | {"limited": ["email"]})
    assert vary(restriction, manager, terms=LIMIT | {"limited": ["email"]}, **requested())


@pytest.mark.beyond("B2")
def test_what_opens_has_to_be_a_way_in_that_they_can_use(restriction, manager, customer):
    writing.save_record(customer, by=manager, reason="Needs", cannot_use=[Channel.PHONE])
    restriction.customer.refresh_from_db()
    assert "closed" in refusals_of_review(restriction, manager, **requested())


@pytest.mark.beyond("B29")
def test_nothing_opens_that_another_restriction_keeps_closed(restriction, decision, manager):
    other = {"kind": "other", "terms": factories.OWN_WORDS | {"closed": ["phone"]}}
    words = {"staff_instruction": "Meet them at the library."}
    factories.restriction(by=manager, decision=decision, **other, **words)
    assert "closed" in refusals_of_review(restriction, manager, **requested())


@pytest.mark.beyond("B29")
def test_nothing_closes_that_another_restriction_left_open(restriction, decision, manager):
    other = {"terms": {"closed": ["office"], "open": ["letter", "email"]}}
    factories.restriction(by=manager, decision=decision, **other)
    with pytest.raises(Incomplete, match="closes what another restriction left open: Email"):
        vary(restriction, manager, **requested())


@pytest.mark.policy("9")
@pytest.mark.beyond("B2", "B29")
def test_a_swap_leaves_what_they_can_use_and_its_page_says_so_before(signed_in, decision, manager, customer):
    """A version that only eases is not asked about needs that were recorded since."""
    terms = {"closed": ["office", "email"], "open": ["letter", "phone"]}
    restriction = factories.restriction(by=manager, decision=decision, terms=terms)
    writing.save_record(customer, by=manager, reason="Needs", accessibility_needs="Cannot read.")
    swapped = {"closed": ["phone", "office"], "open": ["letter", "email"]}
    restriction.customer.refresh_from_db()
    assert "open_channels_reason" in refusals_of_review(restriction, manager, terms=swapped, **requested())
    url = reverse("review_hold", args=[restriction.reviews.get().reference])
    answers = {"is_requested": "on", "customer_requested_on": str(today()), "customer_request": WORDS}
    form = posted(restriction.reviews.get(), **answers) | swapped | {"show_first": "part"}
    assert "What is recorded of their needs" in signed_in(manager).post(url, form).content.decode()


def test_what_is_imposed_afresh_cannot_be_said_to_be_a_swap(decision, manager):
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.restriction(by=manager, decision=decision, terms=SWAPPED, **requested())


@pytest.mark.parametrize("words", [{"customer_request": ""}, {"customer_requested_on": None}])
def test_the_database_keeps_no_request_without_its_day_and_words(words, restriction, manager):
    vary(restriction, manager, **requested())
    with pytest.raises(IntegrityError), transaction.atomic():
        overwrite_record(Restriction.objects.get(supersedes=restriction), **words)


def test_to_ease_without_a_request_keeps_none_and_a_new_version_is_not_said_to_be_asked_for(
    restriction, manager
):
    vary(restriction, manager, **requested())
    version = Restriction.objects.get(supersedes=restriction)
    with time_machine.travel(timezone.now() + datetime.timedelta(days=20)):
        words = changed(version, easing_conditions="Two months of calm.")
        hold_review(
            version.reviews.get(),
            manager,
            ReviewOutcome.VARY,
            changes=words,
            next_review_on=today() + datetime.timedelta(days=30),
        )
    newest = Restriction.objects.get(supersedes=version)
    assert (newest.customer_requested_on, newest.customer_request) == (None, "")


def test_what_only_eases_is_no_swap(restriction):
    eased = unsaved_version(
        restriction, {"terms": {"closed": ["phone"], "open": ["letter", "email", "office"]}}
    )
    assert not is_swap(restriction, eased)


def posted(review, **answers):
    """Return what the form of a review sends for the swap."""
    return {
        **factories.THEIR_SIDE,
        "version": review.version,
        "findings": "Calm letters.",
        "outcome": ReviewOutcome.VARY,
        "reasons": "You asked for it.",
        "easing_conditions": "Calm letters.",
        "next_review_on": str(today() + datetime.timedelta(days=80)),
        **SWAPPED,
        **answers,
    }


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({}, "Something else opens in return"),
        (
            {"customer_requested_on": str(today()), "customer_request": WORDS},
            "Something else opens in return",
        ),
        ({"is_requested": "on"}, "Say how they asked for this, and for what."),
        ({"is_requested": "on", "customer_requested_on": str(today())}, "Say how they asked for this"),
        ({"is_requested": "on", "customer_request": WORDS}, "Say on which day they asked"),
    ],
)
def test_a_form_made_by_hand_swaps_nothing_without_the_words(
    answers, sentence, signed_in, manager, restriction
):
    review = restriction.reviews.get()
    url = reverse("review_hold", args=[review.reference])
    response = signed_in(manager).post(url, posted(review, **answers))
    assert sentence in response.content.decode()
    restriction.refresh_from_db()
    assert restriction.is_in_force


@pytest.mark.beyond("B29")
def test_pages_history_and_timeline_say_that_they_asked(signed_in, manager, restriction):
    review = restriction.reviews.get()
    client = signed_in(manager)
    answers = {"is_requested": "on", "customer_requested_on": str(today()), "customer_request": WORDS}
    url = reverse("review_hold", args=[review.reference])
    shown = client.post(url, posted(review, **answers) | {"show_first": "part"}).content.decode()
    assert "Less than now" in shown
    assert "More than now" in shown
    assert send_checked(client, url, posted(review, **answers)).url == review.get_absolute_url()
    version = Restriction.objects.get(supersedes=restriction)
    for record in (review, version):
        page = client.get(record.get_absolute_url()).content.decode()
        assert WORDS in page
        assert uk_date(today()) in page
    assert WORDS in client.get(f"{version.get_absolute_url()}history/").content.decode()
    timeline = client.get(version.customer.get_absolute_url()).content.decode()
    assert f"Imposed as they asked: {version.title_in_sentence}" in timeline


@pytest.mark.policy("12", "22")
def test_the_page_of_an_appeal_says_that_they_asked(
    signed_in, executive, acknowledged_appeal, decide_appeal, restriction
):
    changes = version_facts(restriction, terms=SWAPPED) | requested()
    decide_appeal(acknowledged_appeal, AppealOutcome.PARTLY_UPHELD, changes=changes)
    page = signed_in(executive).get(acknowledged_appeal.get_absolute_url()).content.decode()
    assert WORDS in page


ASKED = "You asked us on {day} to close contact by email, and to open contact by phone instead."


@pytest.mark.policy("12")
@pytest.mark.usefixtures("adviser")
def test_the_letter_says_what_they_asked_for_what_closes_first(restriction, manager):
    held = vary(restriction, manager, **requested())
    letter = actions.write_letter(about=held, kind=LetterCode.REVIEW_OUTCOME, by=manager)
    text = placeholders.filled_text(letter)
    assert issuing.check_ready(letter) == []
    assert ASKED.format(day=uk_date(today())) in text
    assert WORDS not in text


@pytest.mark.policy("12", "22")
@pytest.mark.usefixtures("adviser")
def test_the_letter_of_a_panel_says_what_they_asked_for(
    executive, acknowledged_appeal, decide_appeal, restriction
):
    changes = version_facts(restriction, terms=SWAPPED) | requested()
    decided = decide_appeal(acknowledged_appeal, AppealOutcome.PARTLY_UPHELD, changes=changes)
    letter = actions.write_letter(about=decided, kind=LetterCode.APPEAL_OUTCOME, by=executive)
    assert f"We have changed this. {ASKED.format(day=uk_date(today()))}" in placeholders.filled_text(letter)


@pytest.mark.policy("12")
@pytest.mark.parametrize(
    ("terms", "says"),
    [
        (LIMIT | {"limited": ["email"]}, "to limit contact by email, and to open contact by phone instead."),
        (LIMIT | {"most": {"contacts": 5, "minutes": None, "every": "week"}}, "for this."),
    ],
)
def test_the_letter_says_in_its_words_what_they_asked_of_a_limit(terms, says, decision, manager):
    restriction = factories.restriction(by=manager, decision=decision, kind="volume", terms=LIMIT)
    held = vary(restriction, manager, terms=terms, **requested())
    letter = actions.write_letter(about=held, kind=LetterCode.REVIEW_OUTCOME, by=manager)
    assert f"You asked us on {uk_date(today())} {says}" in placeholders.filled_text(letter)
