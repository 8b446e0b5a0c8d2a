"""The letter about a decision under which nothing is restricted."""

from datetime import timedelta

import page
import pytest

from cha_engagement.core.records import Stale
from cha_engagement.core.refusals import Incomplete, Refused
from cha_engagement.letters import actions as letters
from cha_engagement.letters.enums import LetterStatus
from cha_engagement.letters.rendering import pdf, placeholders
from cha_engagement.letters.rules import issuing
from cha_engagement.organisation.calendar import add_working_days, start_of_day, today
from cha_engagement.organisation.models import AdviceOrganisation
from incidents import actions as incidents
from incidents.enums import Category
from restrictions import actions
from restrictions.actions import draft_decision_letter, draft_explanation
from restrictions.enums import Explained
from tests import factories
from tests.desks import task_rows
from tests.letters.test_actions import edit_draft, send_letter

pytestmark = pytest.mark.django_db

HEADINGS = ("## Why", "## What we will do", "## What we ask of you")


@pytest.fixture(autouse=True)
def adviser(organisation):
    return AdviceOrganisation.objects.create(name="Lochside Advice", helps_with="Housing", contact="0800")


def complete_letter(letter, by):
    """Fill in everything that only the writer of a letter can know."""
    body = letter.body
    for heading in HEADINGS:
        body = body.replace(f"{heading}\n", f"{heading}\n\nWords.\n")
    return edit_draft(letter, by, body=body)


def explanation_letter(decision, by):
    letter = factories.read_letter(complete_letter(draft_explanation(decision=decision, by=by), by), by=by)
    return send_letter(letters.issue_letter(letter=letter, by=by, version=letter.version), by)


def waiting_tasks(user):
    return [row["reference"] for row in task_rows(user, "decision.explain")]


@pytest.mark.policy("5")
@pytest.mark.policy("8")
@pytest.mark.policy("9")
@pytest.mark.policy("12")
@pytest.mark.policy("20")
@pytest.mark.policy("22")
@pytest.mark.policy("61.1")
def test_it_says_what_was_decided_what_may_follow_and_what_cannot_be_appealed(decision, manager):
    letter = complete_letter(draft_explanation(decision=decision, by=manager), manager)
    assert issuing.check_ready(letter) == []
    text = placeholders.filled_text(letter)
    for words in (
        "A manager has decided that we need to manage how we are in contact with you",
        "It does not say that anybody is at fault.",
        "This decision does not restrict how you contact us",
        "Everything else stays as it is.",
        "That decision is final and cannot be appealed.",
        "We would tell you what, why, when we would look at it again, and how to appeal against it.",
        "complaints@lochside.example",
        "Scottish Public Services Ombudsman",
        "- by phone:",
        "report an emergency repair",
        "large print",
        "Lochside Advice",
        "free to disagree with us",
    ):
        assert words in text
    assert "You can appeal" not in text


@pytest.mark.policy("65")
def test_what_the_decision_says_for_staff_is_not_in_it(decision, manager):
    text = placeholders.filled_text(draft_explanation(decision=decision, by=manager))
    for words in (decision.effect, decision.basis_reason, decision.proportionality):
        assert words not in text


@pytest.mark.policy("12")
def test_what_they_were_told_of_before_still_applies(decision, manager, officer):
    before = factories.restriction(by=manager, decision=decision)
    actions.notify_customer(restriction=before, on=today(), by=manager)
    incident = factories.incident(by=officer, customer=decision.customer)
    other = factories.decision(by=manager, incidents=[incident])
    text = placeholders.filled_text(draft_explanation(decision=other, by=manager))
    assert "What else we wrote to you about still applies:\n\n- How you contact us" in text
    assert "- by phone" not in text


@pytest.mark.policy("12", "61.3")
def test_it_is_not_issued_before_it_has_why_what_we_do_and_what_we_ask(decision, manager):
    letter = draft_explanation(decision=decision, by=manager)
    with pytest.raises(Incomplete) as refused:
        letters.issue_letter(letter=letter, by=manager, version=letter.version)
    assert [refusal.paragraph for refusal in refused.value.refusals] == ["B3", "20", "61.3"]
    whole = factories.read_letter(complete_letter(letter, manager), by=manager)
    assert letters.issue_letter(letter=whole, by=manager, version=whole.version).status == LetterStatus.ISSUED


@pytest.mark.parametrize(
    "name",
    [
        "what we have decided",
        "what this letter changes",
        "what may follow",
        "what cannot be appealed",
        "how to complain",
        "the ombudsman",
    ],
)
def test_it_is_not_issued_without_what_its_reader_must_know(name, decision, manager):
    letter = complete_letter(draft_explanation(decision=decision, by=manager), manager)
    letter = edit_draft(letter, manager, body=letter.body.replace(f"[{name}]", "Words."))
    with pytest.raises(Incomplete, match=rf"\[{name}\]"):
        letters.issue_letter(letter=letter, by=manager, version=letter.version)


@pytest.mark.policy("12")
def test_it_is_drafted_once_from_the_page_of_the_decision_to_which_the_task_leads(
    signed_in, decision, manager
):
    client, url = signed_in(manager), f"{decision.get_absolute_url()}explain/"
    assert waiting_tasks(manager) == [decision.reference]
    assert url in client.get(decision.get_absolute_url()).content.decode()
    assert client.get(url).status_code == 405
    first, again = (client.post(url).url for _ in range(2))
    assert first == again == decision.letters.get().get_absolute_url()
    assert url not in client.get(decision.get_absolute_url()).content.decode()
    assert waiting_tasks(manager) == []


@pytest.mark.policy("24")
@pytest.mark.beyond("B23")
def test_the_card_warns_after_a_threat_until_the_letter_is_received_and_the_incident_closed(
    signed_in, officer, customer, manager, time_machine
):
    threat = factories.incident(by=officer, customer=customer, categories=[Category.OTHER_THREAT])
    decision = factories.decision(by=manager, incidents=[threat])

    def says(words, record):
        return words in signed_in(manager).get(record.get_absolute_url()).content.decode()

    assert says("before any contact.", customer)
    explanation_letter(decision, manager)
    assert says("before any contact.", customer)
    assert says("has reached them and the incident is closed", decision)
    threat.refresh_from_db()
    incidents.close_incident(incident=threat, by=manager, version=threat.version)
    assert says("before any contact.", customer)
    time_machine.move_to(start_of_day(add_working_days(today(), 2)) + timedelta(hours=9))
    assert not says("before any contact.", customer)
    assert not says("The card goes on", decision)


@pytest.mark.policy("12")
def test_once_it_is_sent_the_decision_is_explained_and_nothing_is_left_to_tell(signed_in, decision, manager):
    explanation_letter(decision, manager)
    decision.refresh_from_db()
    assert decision.explained_on == add_working_days(today(), 2)
    assert waiting_tasks(manager) == []
    page_of = signed_in(manager).get(decision.get_absolute_url()).content.decode()
    assert "Explain it without restricting anything" not in page_of
    assert "Record why it is not explained" not in page_of


@pytest.mark.policy("12")
def test_a_decision_of_which_it_is_recorded_why_not_is_not_explained(manager, incident):
    decision = factories.decision(
        by=manager,
        incidents=[incident],
        explained=Explained.NOT_EXPLAINED,
        not_explained_reason="It would harm them.",
    )
    with pytest.raises(Refused, match="not explained to the customer"):
        draft_explanation(decision=decision, by=manager)


@pytest.mark.policy("12")
def test_it_says_nothing_is_restricted_only_while_that_is_so(signed_in, decision, manager):
    letter = complete_letter(draft_explanation(decision=decision, by=manager), manager)
    restriction = factories.restriction(by=manager, decision=decision)
    with pytest.raises(Incomplete, match=f"{restriction} was imposed since this was written"):
        letters.issue_letter(letter=letter, by=manager, version=letter.version)
    page_of = signed_in(manager).get(decision.get_absolute_url()).content.decode()
    assert "Draft the decision letter" in page_of
    assert letter.reference not in signed_in(manager).get(restriction.get_absolute_url()).content.decode()
    assert draft_decision_letter(decision=decision, by=manager).kind == "restriction_decided"
    letters.void_letter(
        letter=letter, by=manager, version=letter.version, void_reason="Something is restricted."
    )
    with pytest.raises(Refused, match="its own letter explains both"):
        draft_explanation(decision=decision, by=manager)


@pytest.mark.policy("22")
def test_only_a_manager_writes_it(decision, officer, executive):
    for somebody in (officer, executive):
        with pytest.raises(Refused):
            draft_explanation(decision=decision, by=somebody)


@pytest.mark.policy("61.3")
@pytest.mark.parametrize("letter_format", ["standard", "large_print"])
def test_it_passes_the_machine_rules_of_pdf_ua(decision, manager, letter_format):
    letter = complete_letter(draft_explanation(decision=decision, by=manager), manager)
    letter.format = letter_format
    content = pdf.render_pdf(letter, text=placeholders.filled_text(letter), final=True)
    report = page.validate_pdf_bytes(content, profile=page.ValidationProfile.PDF_UA_1)
    assert [failure.message for failure in report.failures] == []


@pytest.mark.policy("12")
def test_no_letter_explains_what_is_recorded_as_not_explained(manager, incident, signed_in):
    reason = {"explained": Explained.NOT_EXPLAINED, "not_explained_reason": "They would come to her home."}
    decision = factories.decision(by=manager, incidents=[incident], **reason)
    restriction = factories.restriction(by=manager, decision=decision, **factories.WAITS)
    with pytest.raises(Refused, match="not explained to the customer"):
        draft_decision_letter(decision=decision, by=manager)
    colleague = factories.staff("colleague", "Manager")
    decision = actions.leave_customer_unnotified(
        record=decision, by=colleague, version=1, unnotified_answer=factories.READ_AND_AGREED
    )
    page = signed_in(manager).get(decision.get_absolute_url()).content.decode()
    assert "Explain it after all" in page
    signed_in(manager).post(f"{decision.get_absolute_url()}explain-after-all/", {"version": decision.version})
    decision.refresh_from_db()
    assert (decision.explained, decision.not_explained_reason) == (Explained.BY_LETTER, "")
    assert list(draft_decision_letter(decision=decision, by=manager).restrictions.all()) == [restriction]
    with pytest.raises(Stale):
        actions.explain_decision_after_all(
            decision=decision, by=manager, version=decision.reload_locked().version
        )
    again = {"version": decision.reload_locked().version}
    page = signed_in(manager).post(f"{decision.get_absolute_url()}explain-after-all/", again)
    assert page.status_code == 409


@pytest.mark.policy("12")
def test_a_letter_begun_before_it_was_left_unexplained_is_not_issued(decision, manager):
    letter = complete_letter(draft_explanation(decision=decision, by=manager), manager)
    decision.refresh_from_db()
    actions.leave_decision_unexplained(
        decision=decision, by=manager, version=decision.version, not_explained_reason="In hospital"
    )
    assert "not explained to the customer" in " ".join(map(str, issuing.check_ready(letter)))


APPEAL_BEFORE = "What we restricted before can be appealed"
AS_OUR_LETTER_SAYS = f"{APPEAL_BEFORE}, as our letter about that says."
GOES_ON = "What applies to you already goes on as it was"


def test_what_applies_already_is_not_called_nothing(decision, manager, officer, customer):
    letter = draft_explanation(decision=decision, by=manager)
    assert "This decision does not restrict how you contact us" in placeholders.filled_text(letter)
    other = factories.unrelated_restriction(by=manager, customer=customer, reported_by=officer)
    text = placeholders.filled_text(letter)
    assert "does not restrict how you contact us" not in text
    assert GOES_ON in text
    assert f"{APPEAL_BEFORE}." in text
    assert "please do not contact us by phone" in text
    told = actions.notify_customer(restriction=other, on=today(), by=manager)
    assert AS_OUR_LETTER_SAYS in placeholders.filled_text(letter)
    actions.lift_restriction(restriction=told, by=manager, status_reason="It went well.")
    other = factories.unrelated_restriction(by=manager, customer=customer, reported_by=officer)
    factories.leave_unnotified(other, by=manager)
    assert "does not restrict how you contact us" in placeholders.filled_text(letter)


@pytest.mark.parametrize("how", ["waits", "suspended", "closes nothing"])
def test_what_it_does_not_repeat_is_not_said_to_be_repeated(
    how, decision, manager, officer, customer, suspend
):
    letter = draft_explanation(decision=decision, by=manager)
    facts = {"closes nothing": {"kind": "no_recording_pause", "terms": {}}}.get(how, {})
    facts |= factories.WAITS if how == "waits" else {}
    other = factories.unrelated_restriction(by=manager, customer=customer, reported_by=officer, **facts)
    if how == "suspended":
        suspend(actions.notify_customer(restriction=other, on=today(), by=manager))
    text = placeholders.filled_text(letter)
    assert GOES_ON not in text
    assert APPEAL_BEFORE not in text
    assert "This decision does not restrict how you contact us" in text


@pytest.mark.policy("22")
@pytest.mark.beyond("B21")
def test_what_is_set_for_some_days_goes_on_and_is_not_said_to_be_open_to_appeal(
    decision, manager, officer, customer
):
    letter = draft_explanation(decision=decision, by=manager)
    incident = factories.incident(by=officer, customer=customer)
    factories.interim_measure(by=manager, incidents=[incident], closed=["phone"])
    text = placeholders.filled_text(letter)
    assert GOES_ON in text
    assert APPEAL_BEFORE not in text
