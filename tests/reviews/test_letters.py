"""Letters to customers about reviews and appeals."""

import datetime
import re

import pytest

from cha_engagement.core.refusals import Refused
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.letters import actions as letters
from cha_engagement.letters.rendering import placeholders
from cha_engagement.letters.rules import issuing
from cha_engagement.organisation.calendar import add_working_days, today
from restrictions import actions as restrictions
from restrictions.enums import Begins
from reviews import actions
from reviews.enums import AppealOutcome, LetterCode, ReviewOutcome
from reviews.queries import channels_still_closed
from reviews.tasks import TaskCode
from tests.desks import task_rows

from .. import factories
from .conftest import (
    acknowledge_appeal,
    days_from_today,
    hold_review,
    name_substitute,
    send_letter,
    suspend_restrictions,
    version_facts,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("adviser")]

FOR_BOTH_BEGINNINGS = pytest.mark.parametrize(
    "restriction", [factories.AT_ONCE, factories.WAITS], ids=["at once", "waits"], indirect=True
)


@pytest.mark.policy("23")
@pytest.mark.parametrize(
    ("outcome", "says"),
    [
        (ReviewOutcome.CONTINUE, "goes on as it is"),
        (ReviewOutcome.VARY, "We have changed this.\n\n**More than before:** in person at the office."),
        (
            ReviewOutcome.LIFT,
            "It no longer applies.\n\n**More than before:** by phone; in person at the office.",
        ),
    ],
)
def test_the_review_letter_is_complete_and_says_the_outcome(manager, decision, outcome, says):
    terms = {"closed": ["phone", "office"], "open": ["letter"]}
    review = factories.restriction(by=manager, decision=decision, terms=terms).reviews.get()
    changes = {"terms": {"closed": ["phone"], "open": ["letter"]}} if outcome == ReviewOutcome.VARY else None
    held = hold_review(review, manager, outcome, changes=changes, reasons="You kept to *what* we asked.")
    letter = actions.write_letter(about=held, kind=LetterCode.REVIEW_OUTCOME, by=manager)
    text = placeholders.filled_text(letter)
    assert issuing.check_ready(letter) == []
    assert says in text
    assert r"You kept to \*what\* we asked." in text
    assert ("20 working days" in text) == (outcome != ReviewOutcome.LIFT)


AFTER_APPEAL = "You can go to them as soon as we have written to you about the outcome of your appeal, and nothing more is needed."
NOW = "You can go to them now about the outcome of your appeal, and nothing more is needed."
IF_YOU_APPEAL = "If you appeal, you can go to them as soon as we have written to you about the outcome, and nothing more is needed."
ABOUT_HOW = "If it is about how we made or applied what we decided, or about one of our services, please complain to us first."
COMPLAINT_ALONE = "If you are unhappy with how we made or applied what we decided, or with one of our services, please complain to us first."
TIME_LIMIT = "within twelve months of the day on which you came to know of the problem"


def ombudsman_text(letter):
    text = placeholders.placeholder_texts(letter)["the ombudsman"]
    assert TIME_LIMIT in text
    return text


@pytest.mark.policy("6.3")
@pytest.mark.parametrize("outcome", ReviewOutcome)
def test_a_review_letter_says_what_comes_before_the_ombudsman(review, manager, outcome):
    terms = {"closed": ["phone"], "open": ["letter", "email", "office"]}
    changes = {"terms": terms} if outcome == ReviewOutcome.VARY else None
    held = hold_review(review, manager, outcome, changes=changes)
    text = ombudsman_text(actions.write_letter(about=held, kind=LetterCode.REVIEW_OUTCOME, by=manager))
    can_appeal = outcome != ReviewOutcome.LIFT
    assert (IF_YOU_APPEAL in text, ABOUT_HOW in text) == (can_appeal, can_appeal)
    assert (COMPLAINT_ALONE in text) != can_appeal


@pytest.mark.policy("6.3")
def test_letters_of_an_appeal_say_what_comes_before_the_ombudsman(
    acknowledged_appeal, decide_appeal, executive
):
    received = actions.write_letter(about=acknowledged_appeal, kind=LetterCode.APPEAL_RECEIVED, by=executive)
    text = ombudsman_text(received)
    assert AFTER_APPEAL in text
    assert ABOUT_HOW in text
    acknowledged_appeal.refresh_from_db()
    decided = decide_appeal(acknowledged_appeal)
    text = ombudsman_text(actions.write_letter(about=decided, kind=LetterCode.APPEAL_OUTCOME, by=executive))
    assert NOW in text
    assert ABOUT_HOW in text


@pytest.mark.beyond("B4")
@FOR_BOTH_BEGINNINGS
def test_the_review_letter_tells_of_the_varied_version(review, restriction, manager):
    hold_review(
        review,
        manager,
        ReviewOutcome.VARY,
        changes={"terms": {"closed": ["phone"], "open": ["letter", "email", "office"]}},
    )
    letter = actions.write_letter(
        about=type(review).objects.get(pk=review.pk), kind=LetterCode.REVIEW_OUTCOME, by=manager
    )
    send_letter(letter, manager)
    restriction.refresh_from_db()
    new = restriction.superseded_by
    assert (new.customer_notified_on, list(new.letters.all())) == (add_working_days(today(), 2), [letter])
    assert new.starts_on == (new.customer_notified_on if new.begins == Begins.WHEN_TOLD else today())


@pytest.mark.policy("6.3")
def test_the_acknowledgement_says_stage_hearers_day_and_possible_outcomes(acknowledged_appeal, executive):
    letter = actions.write_letter(about=acknowledged_appeal, kind=LetterCode.APPEAL_RECEIVED, by=executive)
    text = placeholders.filled_text(letter)
    assert issuing.check_ready(letter) == []
    for sentence in [
        acknowledged_appeal.reference,
        "Executive Team",
        "cannot make it harsher",
        "applies until they have decided",
        "Ombudsman",
    ]:
        assert sentence in text


@pytest.fixture
def appeal_with_substitute(log_appeal, decision, executive2, management):
    """An appeal about what the only executive imposed, which a manager was named to hear."""
    appeal = log_appeal(factories.restriction(by=executive2, decision=decision))
    appeal = acknowledge_appeal(appeal, executive2)
    substitute = factories.staff("ailsa", "Manager", job_title="Finance *Manager*")
    return name_substitute(appeal, substitute, by=management)


@pytest.mark.policy("22")
def test_letters_say_who_was_named_to_hear_the_appeal(appeal_with_substitute, management, decide_appeal):
    substitute = appeal_with_substitute.substitute
    letter = actions.write_letter(
        about=appeal_with_substitute, kind=LetterCode.APPEAL_RECEIVED, by=substitute
    )
    sentence = r"we have named Ailsa Example, Finance \*Manager\* to hear it in their place."
    assert sentence in placeholders.filled_text(letter)
    appeal_with_substitute.refresh_from_db()
    decided = decide_appeal(appeal_with_substitute, by=substitute)
    outcome = actions.write_letter(about=decided, kind=LetterCode.APPEAL_OUTCOME, by=substitute)
    assert r"so Ailsa Example, Finance \*Manager\* was named to hear it" in placeholders.filled_text(outcome)


@pytest.mark.policy("21.3")
def test_letters_give_the_substitutes_job_title_where_names_are_withheld(
    appeal_with_substitute, officer, customer, manager, decide_appeal
):
    facts = {"kind": "withhold_staff_details", "terms": {}}
    factories.unrelated_restriction(by=manager, customer=customer, reported_by=officer, **facts)
    substitute = appeal_with_substitute.substitute
    letter = actions.write_letter(
        about=appeal_with_substitute, kind=LetterCode.APPEAL_RECEIVED, by=substitute
    )
    appeal_with_substitute.refresh_from_db()
    decided = decide_appeal(appeal_with_substitute, by=substitute)
    outcome = actions.write_letter(about=decided, kind=LetterCode.APPEAL_OUTCOME, by=substitute)
    for text in (placeholders.filled_text(letter), placeholders.filled_text(outcome)):
        assert r"Finance \*Manager\*" in text
        assert "Ailsa" not in text


def test_the_acknowledgement_says_what_is_suspended(acknowledged_appeal, restriction, executive):
    suspend_restrictions(acknowledged_appeal, executive, restriction)
    letter = actions.write_letter(about=acknowledged_appeal, kind=LetterCode.APPEAL_RECEIVED, by=executive)
    assert "does not apply while your appeal is being heard" in placeholders.filled_text(letter)


@pytest.mark.policy("6.3")
@pytest.mark.parametrize(
    ("outcome", "says"),
    [
        (
            AppealOutcome.UPHELD,
            "is upheld. What we had decided no longer applies.\n\n**More than before:** by phone.",
        ),
        (AppealOutcome.PARTLY_UPHELD, "upheld in part. We have eased this. It now ends on"),
        (AppealOutcome.NOT_UPHELD, "not upheld. What we had decided applies as before."),
    ],
)
def test_the_outcome_letter_says_what_still_applies(
    acknowledged_appeal, decide_appeal, restriction, executive, outcome, says
):
    changes = (
        version_facts(
            restriction,
            terms={"closed": ["phone"], "open": ["letter", "email", "office"]},
            ends_on=days_from_today(120),
        )
        if outcome == AppealOutcome.PARTLY_UPHELD
        else None
    )
    decided = decide_appeal(acknowledged_appeal, outcome, changes=changes)
    letter = actions.write_letter(about=decided, kind=LetterCode.APPEAL_OUTCOME, by=executive)
    text = placeholders.filled_text(letter)
    assert issuing.check_ready(letter) == []
    assert says in text
    assert "the last step with us" in text
    assert "20 working days" not in text


@pytest.mark.beyond("B4")
@FOR_BOTH_BEGINNINGS
def test_the_outcome_letter_tells_of_the_eased_version(
    acknowledged_appeal, decide_appeal, restriction, executive
):
    changes = version_facts(restriction, terms={"closed": ["phone"], "open": ["letter", "email", "office"]})
    decided = decide_appeal(acknowledged_appeal, AppealOutcome.PARTLY_UPHELD, changes=changes)
    letter = send_letter(
        actions.write_letter(about=decided, kind=LetterCode.APPEAL_OUTCOME, by=executive), executive
    )
    new = decided.appealed.get().varied_to
    new.refresh_from_db()
    assert (new.customer_notified_on, list(new.letters.all())) == (add_working_days(today(), 2), [letter])
    assert new.starts_on == (new.customer_notified_on if new.begins == Begins.WHEN_TOLD else today())
    assert "in person at the office" in letter.text


@pytest.mark.beyond("B3")
@pytest.mark.parametrize(
    ("words", "named"),
    [
        *(
            (f"[{place}]",) * 2
            for place in ("what we have decided", "what is left", "the ombudsman", "reviews")
        ),
        ("[how to complain]", "[how to complain]"),
        ("We have weighed what you say.", "## Why"),
        ("Three months of calm letters. Ask Customer Services.", "## What would change this"),
    ],
)
def test_an_outcome_letter_is_not_issued_without_what_it_must_say(
    acknowledged_appeal, decide_appeal, executive, words, named
):
    letter = actions.write_letter(
        about=decide_appeal(acknowledged_appeal), kind=LetterCode.APPEAL_OUTCOME, by=executive
    )
    assert words in letter.body
    letter.body = letter.body.replace(words, "")
    assert any(named in refusal.sentence for refusal in issuing.check_ready(letter))


@pytest.mark.policy("22")
def test_the_outcome_letter_names_the_channels_that_a_panel_opened(
    decision, manager, log_appeal, executive, decide_appeal
):
    colleague = factories.staff("colleague", "Officer")
    restriction = factories.restriction(
        by=manager,
        decision=decision,
        kind="named_contact",
        terms={"open": ["letter"]},
        named_contact=colleague,
        deputy=manager,
    )
    appeal = log_appeal(restriction)
    appeal = acknowledge_appeal(appeal, executive)
    people = {"named_contact": colleague, "deputy": manager}
    changes = version_facts(restriction, **people, terms={"open": ["letter", "email", "message"]})
    decided = decide_appeal(appeal, AppealOutcome.PARTLY_UPHELD, changes=changes)
    letter = actions.write_letter(about=decided, kind=LetterCode.APPEAL_OUTCOME, by=executive)
    text = placeholders.placeholder_texts(letter)["what we have decided"]
    assert "We have eased this.\n\n**More than before:** by email." in text
    assert "Colleague Example will look after everything that you bring to us" in text
    assert "One named contact" not in placeholders.filled_text(letter)


@pytest.mark.policy("12", "61.3")
@pytest.mark.beyond("B29")
def test_form_and_letter_say_what_else_keeps_a_channel_closed(
    signed_in, decision, manager, log_appeal, executive, decide_appeal
):
    terms = {"closed": ["phone", "office"], "open": ["letter"]}
    restriction = factories.restriction(by=manager, decision=decision, terms=terms)
    advocate = factories.ADVOCATE | {"open": ["phone", "letter"]}
    other = factories.restriction(by=manager, decision=decision, kind="third_party", terms=advocate)
    appeal = log_appeal(restriction)
    appeal = acknowledge_appeal(appeal, executive)
    sentence = f"Contact through a third party ({other}) closes this too, and keeps it closed whatever you decide here: In person at the office."
    client = signed_in(executive)
    for page in (appeal.get_absolute_url(), f"{appeal.get_absolute_url()}decide/"):
        assert sentence in client.get(page).content.decode()
    changes = version_facts(restriction, terms={"closed": ["phone"], "open": ["letter", "office"]})
    letter = actions.write_letter(
        about=decide_appeal(appeal, AppealOutcome.PARTLY_UPHELD, changes=changes),
        kind=LetterCode.APPEAL_OUTCOME,
        by=executive,
    )
    text = placeholders.placeholder_texts(letter)["what we have decided"]
    assert "in person at the office, which stays closed by “Who speaks with us for you”" in text
    assert "eased" not in text
    assert "What it no longer closes stays closed for now by something else that we have decided." in text
    page = client.get(appeal.get_absolute_url()).content.decode()
    assert f"Stays closed by Contact through a third party ({other}): In person at the office." in page


def open_what_another_closes(decision, manager):
    """Return a review that opens the office, and the other restriction that keeps it closed."""
    terms = {"closed": ["phone", "office"], "open": ["letter"]}
    restriction = factories.restriction(by=manager, decision=decision, terms=terms)
    advocate = factories.ADVOCATE | {"open": ["phone", "letter"]}
    other = factories.restriction(by=manager, decision=decision, kind="third_party", terms=advocate)
    changes = version_facts(restriction, terms={"closed": ["phone"], "open": ["letter", "office"]})
    for name in ("first_review_on", "review_months"):
        del changes[name]
    return hold_review(restriction.reviews.get(), manager, ReviewOutcome.VARY, changes=changes), other


@pytest.mark.policy("12", "61.3")
@pytest.mark.beyond("B29")
def test_a_review_that_opens_what_something_else_keeps_closed_says_so(signed_in, decision, manager):
    held, other = open_what_another_closes(decision, manager)
    letter = actions.write_letter(about=held, kind=LetterCode.REVIEW_OUTCOME, by=manager)
    text = placeholders.placeholder_texts(letter)["what we have decided"]
    assert "What it no longer closes stays closed for now by something else that we have decided." in text
    page = signed_in(manager).get(held.get_absolute_url()).content.decode()
    assert f"Stays closed by Contact through a third party ({other}): In person at the office." in page


@pytest.mark.beyond("B29")
def test_what_stays_closed_is_asked_at_once_of_all_that_closes_it(
    decision, manager, django_assert_num_queries
):
    also = factories.restriction(
        by=manager, decision=decision, terms={"closed": ["office"], "open": ["letter", "phone"]}
    )
    varied, other = open_what_another_closes(decision, manager)
    assert not channels_still_closed(varied, [])
    with django_assert_num_queries(1):
        text = channels_still_closed(varied, [also, other])
    assert (str(also) in text, str(other) in text) == (True, True)


@pytest.mark.beyond("B29")
def test_the_page_of_a_review_says_nothing_of_what_closed_a_channel_later_or_of_another_version(
    signed_in, decision, manager
):
    varied, other = open_what_another_closes(decision, manager)

    def said(review):
        return signed_in(manager).get(review.get_absolute_url()).context["still_closed"]

    stays_closed = f"Stays closed by Contact through a third party ({other}): In person at the office."
    assert said(varied) == stays_closed
    version = varied.restriction.superseded_by
    lifted = hold_review(version.reviews.get(), manager, ReviewOutcome.LIFT)
    assert said(varied) == ""
    factories.restriction(by=manager, decision=decision, terms={"closed": ["phone"], "open": ["letter"]})
    assert said(lifted) == ""


@pytest.mark.beyond("B29")
def test_what_stayed_closed_still_does_when_another_version_closes_it(signed_in, decision, manager):
    terms = {"closed": ["phone"], "open": ["letter", "email"]}
    restriction = factories.restriction(by=manager, decision=decision, terms=terms)
    wider = {"closed": ["phone", "office"], "open": ["letter", "email"]}
    other = factories.restriction(by=manager, decision=decision, terms=wider)
    lifted = hold_review(restriction.reviews.get(), manager, ReviewOutcome.LIFT)
    changes = version_facts(other, terms={"closed": ["phone"], "open": ["letter", "email", "office"]})
    for name in ("first_review_on", "review_months"):
        del changes[name]
    hold_review(other.reviews.get(), manager, ReviewOutcome.VARY, changes=changes)
    still_closed = signed_in(manager).get(lifted.get_absolute_url()).context["still_closed"]
    assert str(other.superseded_by) in still_closed


@pytest.mark.policy("12")
def test_the_outcome_letter_says_what_had_ended_before_the_verdict(
    acknowledged_appeal, decide_appeal, restriction, manager, executive
):
    restrictions.lift_restriction(restriction=restriction, by=manager, status_reason="Calm")
    letter = actions.write_letter(
        about=decide_appeal(acknowledged_appeal, AppealOutcome.NOT_UPHELD),
        kind=LetterCode.APPEAL_OUTCOME,
        by=executive,
    )
    text = placeholders.placeholder_texts(letter)["what we have decided"]
    assert "not upheld. What we had decided had ended already, before your appeal was decided." in text
    assert "no longer applies" not in text


@pytest.mark.policy("12")
@pytest.mark.parametrize("end", ["lift", "expire", "vary"])
@pytest.mark.parametrize("outcome", [AppealOutcome.NOT_UPHELD, AppealOutcome.PARTLY_UPHELD])
def test_the_outcome_letter_says_what_ended_after_the_verdict(
    outcome, end, log_appeal, decision, manager, decide_appeal, executive, time_machine
):
    restriction = factories.restriction(by=manager, decision=decision, ends_on=days_from_today(100))
    appeal = acknowledge_appeal(log_appeal(restriction), executive)
    changes = None
    if outcome == AppealOutcome.PARTLY_UPHELD:
        changes = version_facts(
            restriction, terms={"closed": ["phone"], "open": ["letter", "email", "office"]}
        )
    appealed = decide_appeal(appeal, outcome, changes=changes).appealed.get()
    latest = appealed.varied_to or restriction
    if end == "vary":
        terms = latest.terms | {"open": ["letter", "email", "office", "message"]}
        facts = version_facts(latest, terms=terms) | {"status_reason": "Calm letters."}
        restrictions.vary_restriction(restriction=latest, by=manager, **facts)
    elif end == "lift":
        restrictions.lift_restriction(restriction=latest, by=manager, status_reason="Calm letters.")
    else:
        time_machine.move_to(f"{latest.ends_on + datetime.timedelta(days=1)}T12:00:00+00:00")
        restrictions.expire_restriction(restriction=latest)
    letter = actions.write_letter(about=appealed.appeal, kind=LetterCode.APPEAL_OUTCOME, by=executive)
    text = placeholders.placeholder_texts(letter)["what we have decided"]
    latest.refresh_from_db()
    day = uk_date(latest.ends_on if end == "expire" else today())
    ending_sentence = f"What we had decided ended on {day}, after your appeal was decided.\n\n**More than before:** by phone"
    review_sentence = (
        "looked at it again since your appeal was decided, and changed it. Another letter says what"
    )
    assert (review_sentence if end == "vary" else ending_sentence) in text
    assert ("We had eased this." in text) == (outcome == AppealOutcome.PARTLY_UPHELD)
    assert "before your appeal was decided" not in text
    assert "We have eased this" not in text


@pytest.mark.policy("12")
def test_the_outcome_letter_says_what_had_expired_before_the_verdict(
    log_appeal, decision, manager, decide_appeal, executive, time_machine
):
    """The calendar was slow: the panel decided on the day after the last, before it was seen to have passed."""
    restriction = factories.restriction(by=manager, decision=decision, ends_on=days_from_today(100))
    appeal = acknowledge_appeal(log_appeal(restriction), executive)
    time_machine.move_to(f"{restriction.ends_on + datetime.timedelta(days=1)}T06:00:00+00:00")
    decided = decide_appeal(appeal)
    restrictions.expire_restriction(restriction=restriction)
    letter = actions.write_letter(about=decided, kind=LetterCode.APPEAL_OUTCOME, by=executive)
    assert "had ended already, before your appeal was decided" in placeholders.filled_text(letter)


@pytest.mark.policy("12")
def test_the_outcome_letter_does_not_count_as_telling_of_an_ended_restriction(
    acknowledged_appeal, decide_appeal, restriction, executive
):
    letter = send_letter(
        actions.write_letter(
            about=decide_appeal(acknowledged_appeal, AppealOutcome.UPHELD),
            kind=LetterCode.APPEAL_OUTCOME,
            by=executive,
        ),
        executive,
    )
    restriction.refresh_from_db()
    assert (restriction.customer_notified_on, list(restriction.letters.all())) == (None, [letter])


@pytest.mark.policy("12")
def test_a_review_letter_is_not_issued_once_its_restriction_has_ended(review, restriction, manager):
    letter = actions.write_letter(
        about=hold_review(review, manager, ReviewOutcome.CONTINUE), kind=LetterCode.REVIEW_OUTCOME, by=manager
    )
    restrictions.lift_restriction(restriction=restriction, by=manager, status_reason="Calm")
    assert any("has ended or changed since" in refusal.sentence for refusal in issuing.check_ready(letter))


def test_asking_twice_for_a_letter_drafts_one_and_another_after_withdrawal(acknowledged_appeal, executive):
    first = actions.write_letter(about=acknowledged_appeal, kind=LetterCode.APPEAL_RECEIVED, by=executive)
    assert (
        actions.write_letter(about=acknowledged_appeal, kind=LetterCode.APPEAL_RECEIVED, by=executive)
        == first
    )
    letters.void_letter(letter=first, by=executive, version=first.version, void_reason="Wrong.")
    assert (
        actions.write_letter(about=acknowledged_appeal, kind=LetterCode.APPEAL_RECEIVED, by=executive)
        != first
    )


def test_only_the_executive_team_writes_letters_about_appeals(acknowledged_appeal, manager):
    with pytest.raises(Refused):
        actions.write_letter(about=acknowledged_appeal, kind=LetterCode.APPEAL_RECEIVED, by=manager)


def test_typed_words_fill_no_placeholder_and_make_no_link(
    manager, decision, log_appeal, executive, decide_appeal
):
    restriction = factories.restriction(
        by=manager, decision=decision, easing_conditions="[why] <b>x</b> [a](http://b)"
    )
    appeal = log_appeal(restriction)
    appeal = acknowledge_appeal(appeal, executive)
    letter = actions.write_letter(about=decide_appeal(appeal), kind=LetterCode.APPEAL_OUTCOME, by=executive)
    assert r"\[why\]" in placeholders.filled_text(letter)


CLOSED_TO_THEM = ("call us", "0141 496 0000", "by phone", "in person")


def closed_channels_named(letter):
    """Return where a letter names closed channels, apart from saying that they are closed."""
    texts = {
        name: re.sub(r"please do not contact us[^.]*\.", "", str(text))
        for name, text in placeholders.placeholder_texts(letter).items()
        if name != "what we have decided"
    }
    return [(name, words) for name, text in texts.items() for words in CLOSED_TO_THEM if words in text]


@pytest.mark.policy("5", "9")
@pytest.mark.parametrize(
    "kind", [LetterCode.REVIEW_OUTCOME, LetterCode.APPEAL_RECEIVED, LetterCode.APPEAL_OUTCOME]
)
def test_no_letter_names_a_channel_that_is_closed_to_its_reader(
    kind, manager, executive, decision, log_appeal, decide_appeal
):
    terms = {"closed": ["phone", "office"], "open": ["letter", "email"]}
    restriction = factories.restriction(by=manager, decision=decision, terms=terms)
    if kind == LetterCode.REVIEW_OUTCOME:
        about, by = hold_review(restriction.reviews.get(), manager, ReviewOutcome.CONTINUE), manager
    else:
        about, by = log_appeal(restriction), executive
        about = acknowledge_appeal(about, by)
        about = decide_appeal(about) if kind == LetterCode.APPEAL_OUTCOME else about
    letter = actions.write_letter(about=about, kind=kind, by=by)
    assert closed_channels_named(letter) == []
    assert "by email: hello@lochside.example" in placeholders.filled_text(letter)


def test_the_review_letter_names_a_channel_that_was_opened_again(review, manager):
    letter = actions.write_letter(
        about=hold_review(review, manager, ReviewOutcome.LIFT), kind=LetterCode.REVIEW_OUTCOME, by=manager
    )
    assert "by phone: 0141 496 0000" in placeholders.filled_text(letter)


@pytest.mark.policy("22")
def test_the_review_letter_offers_no_appeal_while_one_is_under_way(acknowledged_appeal, review, manager):
    held = hold_review(review, manager, ReviewOutcome.CONTINUE)
    letter = actions.write_letter(about=held, kind=LetterCode.REVIEW_OUTCOME, by=manager)
    text = placeholders.filled_text(letter)
    assert issuing.check_ready(letter) == []
    assert f"our reference is {acknowledged_appeal}" in text
    for offer in ("You can appeal", "20 working days", "follow from it can"):
        assert offer not in text


def letter_tasks(user):
    kinds = (TaskCode.WRITE_ABOUT_REVIEW, TaskCode.WRITE_ABOUT_OUTCOME, TaskCode.WRITE_ABOUT_WITHDRAWAL)
    return [row["kind"] for row in task_rows(user, *kinds)]


@pytest.mark.policy("6.3", "22")
def test_a_letter_to_write_is_one_task_until_it_is_sent(acknowledged_appeal, decide_appeal, executive):
    """While somebody at work has the draft, they finish it. A letter that was withdrawn told nobody."""
    decided = decide_appeal(acknowledged_appeal)
    assert letter_tasks(executive) == [TaskCode.WRITE_ABOUT_OUTCOME]
    letter = actions.write_letter(about=decided, kind=LetterCode.APPEAL_OUTCOME, by=executive)
    assert letter_tasks(executive) == []
    executive.away_until = today()
    executive.save()
    assert letter_tasks(factories.staff("executive3", "Executive Team")) == [TaskCode.WRITE_ABOUT_OUTCOME]
    executive.away_until = None
    executive.save()
    issued = factories.issue_letter(letter, by=executive)
    assert letter_tasks(executive) == []
    letters.void_letter(letter=issued, by=executive, version=issued.version, void_reason="Wrong address")
    assert letter_tasks(executive) == [TaskCode.WRITE_ABOUT_OUTCOME]
    send_letter(actions.write_letter(about=decided, kind=LetterCode.APPEAL_OUTCOME, by=executive), executive)
    assert letter_tasks(executive) == []


@pytest.mark.policy("23")
def test_whoever_held_a_review_is_asked_to_write_about_it(review, manager, management, officer):
    held = hold_review(review, manager, ReviewOutcome.CONTINUE)
    assert (letter_tasks(manager), letter_tasks(management), letter_tasks(officer)) == (
        [TaskCode.WRITE_ABOUT_REVIEW],
        [],
        [],
    )
    send_letter(actions.write_letter(about=held, kind=LetterCode.REVIEW_OUTCOME, by=manager), manager)
    assert letter_tasks(manager) == []
