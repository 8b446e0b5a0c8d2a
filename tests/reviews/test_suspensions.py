"""Letters about what applies while an appeal is heard, whenever that changes."""

import pytest
from django.utils import timezone

from cha_engagement.core.refusals import Incomplete, Refused
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.letters import actions as letters
from cha_engagement.letters.rendering import placeholders
from cha_engagement.letters.rules import issuing
from cha_engagement.organisation.calendar import today
from restrictions import actions as restrictions
from reviews import actions, queries, rules
from reviews.enums import AppealOutcome, AppealStatus, LetterCode
from reviews.models import Appeal
from reviews.tasks import TaskCode
from tests.desks import task_rows
from tests.letters.test_actions import edit_draft
from tests.overwriting import insert_record, overwrite_record

from .. import factories
from .conftest import acknowledge_appeal, send_letter, suspend_restrictions, task_kinds, withdraw_appeal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("adviser"), pytest.mark.policy("22")]


@pytest.fixture
def confirmed_appeal(acknowledged_appeal, executive):
    """An appeal of which a letter has said that it has reached us."""
    send_letter(
        actions.write_letter(about=acknowledged_appeal, kind=LetterCode.APPEAL_RECEIVED, by=executive),
        executive,
    )
    acknowledged_appeal.refresh_from_db()
    return acknowledged_appeal


def begin_letter(appeal, by):
    appeal.refresh_from_db()
    return actions.write_letter(about=appeal, kind=queries.due_letter_kind(appeal), by=by)


def waiting_tasks(user):
    return task_kinds(
        task_rows(user, "appeal.name", "appeal.acknowledge", "appeal.confirm", "appeal.tell", "appeal.decide")
    )


@pytest.mark.policy("12")
def test_a_suspension_after_the_acknowledgement_is_told_in_a_letter(
    confirmed_appeal, restriction, executive, executive2
):
    assert waiting_tasks(executive2) == [TaskCode.DECIDE_APPEAL]
    suspend_restrictions(confirmed_appeal, executive, restriction)
    (task,) = task_rows(
        executive2, "appeal.name", "appeal.acknowledge", "appeal.confirm", "appeal.tell", "appeal.decide"
    )
    assert (task["kind"], task["due_on"]) == (TaskCode.EXPLAIN_SUSPENSIONS, today())
    letter = begin_letter(confirmed_appeal, executive)
    assert issuing.check_ready(letter) == []
    text = placeholders.filled_text(letter)
    for sentence in (
        "does not apply while your appeal is being heard. You can contact us by phone again.",
        "by phone: 0141 496 0000",
        confirmed_appeal.reference,
        "Ombudsman",
    ):
        assert sentence in text
    assert waiting_tasks(executive2) == [TaskCode.DECIDE_APPEAL]
    send_letter(letter, executive)
    assert waiting_tasks(executive2) == [TaskCode.DECIDE_APPEAL]


def test_a_letter_tells_what_applies_again_while_an_appeal_is_heard(confirmed_appeal, restriction, executive):
    suspend_restrictions(confirmed_appeal, executive, restriction)
    first = send_letter(begin_letter(confirmed_appeal, executive), executive)
    suspend_restrictions(confirmed_appeal, executive)
    assert waiting_tasks(executive) == [TaskCode.EXPLAIN_SUSPENSIONS]
    second = begin_letter(confirmed_appeal, executive)
    assert second.kind == first.kind == LetterCode.APPEAL_MEANWHILE
    assert second != first
    text = placeholders.filled_text(second)
    assert "What we have decided applies until they have decided." in text
    assert "For now, please do not contact us by phone." in text
    assert "by phone: 0141" not in text


def test_a_suspension_undone_before_anybody_wrote_needs_no_letter(confirmed_appeal, restriction, executive):
    suspend_restrictions(confirmed_appeal, executive, restriction)
    suspend_restrictions(confirmed_appeal, executive)
    assert waiting_tasks(executive) == [TaskCode.DECIDE_APPEAL]
    with pytest.raises(Refused, match="nothing has changed since"):
        begin_letter(confirmed_appeal, executive)


def test_a_suspension_before_the_acknowledgement_is_told_by_it(acknowledged_appeal, restriction, executive):
    letter = begin_letter(acknowledged_appeal, executive)
    suspend_restrictions(acknowledged_appeal, executive, restriction)
    assert "does not apply while your appeal is being heard" in placeholders.filled_text(letter)
    assert issuing.check_ready(letter) == []
    send_letter(letter, executive)
    assert waiting_tasks(executive) == [TaskCode.DECIDE_APPEAL]


@pytest.mark.policy("12")
def test_an_unsent_letter_that_is_wrong_about_suspensions_says_so(
    acknowledged_appeal, restriction, executive
):
    letter = begin_letter(acknowledged_appeal, executive)
    issued = letters.issue_letter(letter=letter, by=executive, version=letter.version)
    assert issued.letter_kind.check_still_true(issued) == []
    suspend_restrictions(acknowledged_appeal, executive, restriction)
    assert "What applies meanwhile has changed" in issued.letter_kind.check_still_true(issued)[0].sentence
    letters.void_letter(letter=issued, by=executive, version=issued.version, void_reason="It has changed.")
    assert begin_letter(acknowledged_appeal, executive).kind == LetterCode.APPEAL_RECEIVED


def test_asking_twice_for_a_letter_drafts_one(confirmed_appeal, restriction, executive):
    suspend_restrictions(confirmed_appeal, executive, restriction)
    letter = begin_letter(confirmed_appeal, executive)
    assert begin_letter(confirmed_appeal, executive) == letter
    issued = letters.issue_letter(letter=letter, by=executive, version=letter.version)
    assert begin_letter(confirmed_appeal, executive) == issued


def test_the_page_offers_the_letter_once(signed_in, confirmed_appeal, restriction, executive):
    page = confirmed_appeal.get_absolute_url()
    client = signed_in(executive)
    assert "Write to the customer" not in client.get(page).content.decode()
    suspend_restrictions(confirmed_appeal, executive, restriction)
    assert "Write to the customer" in client.get(page).content.decode()
    answer = client.post(f"{page}letter/", follow=True)
    assert "What applies while we hear your appeal" in answer.content.decode()
    assert "Write to the customer" not in client.get(page).content.decode()


def test_the_letter_tells_of_suspended_and_applying_restrictions(manager, decision, log_appeal, executive):
    phone = factories.restriction(by=manager, decision=decision)
    recording = factories.restriction(by=manager, decision=decision, kind="no_recording_pause", terms={})
    appeal = log_appeal(phone, recording)
    appeal = acknowledge_appeal(appeal, executive)
    send_letter(begin_letter(appeal, executive), executive)
    suspend_restrictions(appeal, executive, phone)
    text = placeholders.placeholder_texts(begin_letter(appeal, executive))["what applies meanwhile"]
    assert text.count("does not apply while") == 1
    assert text.count("applies until they have decided") == 1


@pytest.mark.policy("6.3")
def test_the_outcome_letter_says_from_when_a_restriction_applies_again(
    confirmed_appeal, restriction, executive, decide_appeal
):
    suspend_restrictions(confirmed_appeal, executive, restriction)
    confirmed_appeal.refresh_from_db()
    decided = decide_appeal(confirmed_appeal)
    text = placeholders.filled_text(begin_letter(decided, executive))
    assert "What we had decided applies again." in text
    assert f"It did not apply while your appeal was heard. It applies again from {uk_date(today())}." in text


def test_the_outcome_letter_says_nothing_of_a_suspension_where_none_was(
    confirmed_appeal, executive, decide_appeal
):
    text = placeholders.filled_text(begin_letter(decide_appeal(confirmed_appeal), executive))
    assert "What we had decided applies as before." in text
    assert "did not apply" not in text


def letter_tasks(user):
    return task_kinds(task_rows(user, "appeal.write", "appeal.close"))


@pytest.mark.policy("12")
def test_what_applies_again_after_a_withdrawal_is_told_in_a_letter(confirmed_appeal, restriction, executive):
    suspend_restrictions(confirmed_appeal, executive, restriction)
    send_letter(begin_letter(confirmed_appeal, executive), executive)
    withdraw_appeal(confirmed_appeal, executive)
    assert letter_tasks(executive) == [TaskCode.WRITE_ABOUT_WITHDRAWAL]
    letter = begin_letter(confirmed_appeal, executive)
    text = placeholders.filled_text(letter)
    for sentence in (
        "It did not apply while your appeal was heard. It applies again now.",
        "For now, please do not contact us by phone.",
        "you can appeal again",
        "Ombudsman",
    ):
        assert sentence in text
    assert "by phone: 0141" not in text
    assert letter_tasks(executive) == []
    assert send_letter(letter, executive).kind == LetterCode.APPEAL_WITHDRAWN


@pytest.mark.policy("6.3")
def test_a_withdrawal_that_changes_nothing_needs_no_letter_but_may_have_one(confirmed_appeal, executive):
    withdraw_appeal(confirmed_appeal, executive)
    assert letter_tasks(executive) == []
    assert "What we had decided applies as before." in placeholders.filled_text(
        begin_letter(confirmed_appeal, executive)
    )


@pytest.mark.parametrize("name", ["what applies now", "what is left", "how to complain", "the ombudsman"])
def test_a_withdrawal_letter_is_not_issued_without_its_placeholders(name, confirmed_appeal, executive):
    withdraw_appeal(confirmed_appeal, executive)
    letter = begin_letter(confirmed_appeal, executive)
    letter = edit_draft(letter, executive, body=letter.body.replace(f"[{name}]", "Words."))
    with pytest.raises(Incomplete, match=rf"\[{name}\]"):
        letters.issue_letter(letter=letter, by=executive, version=letter.version)


def test_only_who_may_hear_its_appeal_suspends_a_restriction_or_applies_it_again(
    acknowledged_appeal, restriction, executive, manager
):
    assert rules.may_suspend(executive, restriction) is None
    assert rules.may_suspend(manager, restriction)
    assert "was suspended" in rules.may_resume(executive, restriction).sentence
    suspend_restrictions(acknowledged_appeal, executive, restriction)
    restriction.refresh_from_db()
    assert rules.may_resume(executive, restriction) is None
    assert rules.may_resume(manager, restriction)


def test_once_an_appeal_is_decided_its_panel_alone_applies_again(
    acknowledged_appeal, restriction, executive, executive2
):
    appeal = suspend_restrictions(acknowledged_appeal, executive, restriction)
    insert_record(Appeal.panel.through(appeal=appeal, staffmember=executive2))
    decided = {"decided_by": executive2, "decided_at": timezone.now(), "heard_on": today()}
    overwrite_record(appeal, status=AppealStatus.DECIDED, **decided)
    restriction.refresh_from_db()
    assert rules.may_resume(executive2, restriction) is None
    assert rules.may_resume(executive, restriction)


def test_only_who_hears_the_appeal_writes_what_applies_meanwhile(
    confirmed_appeal, restriction, executive, manager
):
    appeal = suspend_restrictions(confirmed_appeal, executive, restriction)
    assert rules.may_explain_suspensions(executive, appeal, None) is None
    assert rules.may_explain_suspensions(manager, appeal, None)


def test_a_verdict_without_words_is_refused_though_the_restriction_has_ended(restriction, manager):
    ended = restrictions.lift_restriction(restriction=restriction, by=manager, status_reason="It went well.")
    verdict = {"outcome": AppealOutcome.NOT_UPHELD, "reasons": "-"}
    (refusal,) = rules.check_verdicts([ended], {ended.reference: verdict})
    assert "reasons" in refusal.field
