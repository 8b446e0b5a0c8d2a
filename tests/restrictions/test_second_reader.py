"""A letter whose words may do what only a record may is read by a second person before it is issued. Beyond the policy: B36."""

import uuid
from datetime import date, timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cha_engagement.core.records import Stale
from cha_engagement.core.refusals import Incomplete, Refused
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.actions import merge_customers
from cha_engagement.customers.enums import Channel
from cha_engagement.letters import actions as letters
from cha_engagement.letters.enums import LetterStatus, SentBy
from cha_engagement.letters.interfaces import LetterReader, letter_kinds
from cha_engagement.letters.models import Letter
from cha_engagement.letters.queries import parsed_letter, second_reader
from cha_engagement.letters.queries.channels import channels_closed_by_decision
from cha_engagement.letters.rules import issuing
from cha_engagement.letters.wording.own_words import TEMPLATE_TAG, find_letter_overreach, template_source
from cha_engagement.organisation.calendar import add_months, add_working_days, today
from cha_engagement.organisation.models import AdviceOrganisation
from cha_engagement.staff.models import Notice, StaffMember
from incidents import actions as incidents
from incidents.enums import Outcome
from restrictions import actions
from restrictions.actions import (
    ask_not_to_notify,
    draft_decision_letter,
    draft_end_letter,
    draft_explanation,
    draft_interim_letter,
    leave_customer_unnotified,
    refuse_not_to_notify,
    vary_restriction,
)
from restrictions.models import Restriction
from restrictions.tasks import TaskCode
from tests import factories, files
from tests.desks import add_desk, task_rows
from tests.overwriting import overwrite_record

pytestmark = [pytest.mark.django_db, pytest.mark.beyond("B36")]

FRIENDLY = "We would like to hear from you about the lift."
SOFT = "We will not answer more than one email a week."
RESTRICTS = "You may not come to our office or phone us for one year. You cannot appeal."


@pytest.fixture(autouse=True)
def advice_organisation(organisation, db):
    AdviceOrganisation.objects.create(name="Lochside Advice", helps_with="Debt", contact="0141 496 0009")


@pytest.fixture
def colleague(db):
    return factories.staff("colleague", "Manager")


def draft(customer, by, words=FRIENDLY, **changes):
    letter = factories.general_letter(customer, by=by)
    opening = "We are writing to you about something that concerns you."
    return edit(letter, by, body=letter.body.replace(opening, words), **changes)


def edit(letter, by, **changes):
    kept = {name: getattr(letter, name) for name in ("signed_as", "signatory", "body")}
    return letters.edit_draft(
        letter=letter,
        by=by,
        version=letter.reload_locked().version,
        advice=letter.advice.all(),
        **kept | changes,
    )


def ask(letter, by):
    return letters.ask_second_reader(letter=letter, by=by, version=letter.reload_locked().version)


def read(letter, by, *, reason="", **changes):
    letter = letter.reload_locked()
    given = {"digest": second_reader.current_digest(letter), "version": letter.version} | changes
    return letters.finish_reading(letter=letter, by=by, is_ready=not reason, sent_back_reason=reason, **given)


def issue(letter, by, **reason):
    letter = letter.reload_locked()
    return letters.issue_letter(letter=letter, by=by, version=letter.version, **reason)


def waits_for(user):
    rows = task_rows(user)
    return {(row["kind"], row["reference"]) for row in rows if row["kind"].startswith("letter.")}


def refusals_of(letter):
    return {(refusal.paragraph, refusal.field) for refusal in issuing.check_ready(letter)}


# When


def test_an_everyday_letter_to_anybody_is_read_by_nobody_else(customer, manager):
    assert issue(draft(customer, manager), manager).status == LetterStatus.ISSUED


def test_a_customer_may_be_told_that_they_need_not_ask_a_manager(customer, manager):
    letter = draft(customer, manager, "You do not have to ask a manager first.")
    assert issue(letter, manager).status == LetterStatus.ISSUED


def test_words_that_may_restrict_wait_for_a_second_reader(customer, manager, colleague):
    letter = draft(customer, manager, SOFT)
    with pytest.raises(Incomplete, match="Somebody else reads this letter"):
        issue(letter, manager)
    ask(letter, manager)
    with pytest.raises(Incomplete, match="Somebody else reads this letter"):
        issue(letter, manager)
    read(letter, colleague)
    issued = issue(letter, manager)
    assert (issued.status, issued.reader, bool(issued.read_at)) == (LetterStatus.ISSUED, colleague, True)


@pytest.mark.policy("54")
@pytest.mark.parametrize(
    ("words", "paragraph"),
    [
        (RESTRICTS, "21.1"),
        ("You may not complain about this again.", "54"),
        ("You have no right to appeal.", "22"),
        ("This applies to your wife too.", "B5"),
        ("No repairs until you apologise.", "B2"),
        ("Please ignore the paragraph below about complaints.", "B3"),
    ],
)
def test_what_a_record_does_no_letter_does(customer, manager, colleague, words, paragraph):
    letter = draft(customer, manager, words)
    assert (paragraph, "body") in refusals_of(letter)
    with pytest.raises(Incomplete):
        ask(letter, manager)


def test_a_closed_channel_may_be_called_closed(manager, decision, customer):
    factories.restriction(by=manager, decision=decision, terms={"closed": ["phone"], "open": ["letter"]})
    assert not refusals_of(draft(customer, manager, "You may not phone us for now."))
    assert ("21.1", "body") in refusals_of(draft(customer, manager, "You may not email us for now."))


def test_a_closed_channel_in_other_words_is_read_and_not_refused(manager, decision, customer):
    factories.restriction(by=manager, decision=decision, terms=NO_OFFICE)
    letter = draft(customer, manager, "You may not come to our office while we talk it over.")
    assert not refusals_of(letter)
    with pytest.raises(Incomplete, match="Somebody else reads this letter"):
        issue(letter, manager)


def test_a_free_letter_to_somebody_under_a_decision_always_has_one(manager, decision, customer):
    for kind in (draft(customer, manager), draft_explanation(decision=decision, by=manager)):
        letter = edit(kind, manager, body=fill_sections(kind.body))
        with pytest.raises(Incomplete, match="Somebody else reads this letter"):
            issue(letter, manager)


def fill_sections(body):
    for heading in ("Why", "What we will do", "What we ask of you", "What happened"):
        body = body.replace(f"## {heading}\n", f"## {heading}\n\nWe met about the lift.\n")
    return body


def test_nobody_else_reads_standard_paragraphs_alone(manager, decision, customer):
    letter = factories.general_letter(customer, by=manager, subject="")
    assert issue(letter, manager).status == LetterStatus.ISSUED


REASON_GIVEN = "We spoke on the phone many times."


@pytest.fixture
def decision_letter(manager, decision):
    """The letter of a decision, as it was first written from its records."""
    factories.restriction(by=manager, decision=decision, reason=REASON_GIVEN)
    return draft_decision_letter(decision=decision, by=manager)


@pytest.mark.policy("22", "54")
@pytest.mark.parametrize(
    "written",
    [
        {"reason": "You do not turn to the Executive Team."},
        {"easing_conditions": "You pay £20 for each letter."},
    ],
)
def test_words_of_staff_in_a_record_are_read_with_the_letter_of_its_decision(
    manager, incident, colleague, written
):
    unheard = {"heard": "not_heard", "their_side": "", "not_heard_reason": "They could not be reached."}
    decision = factories.decision(by=manager, incidents=[incident], **unheard)
    factories.restriction(by=manager, decision=decision, **written)
    letter = draft_decision_letter(decision=decision, by=manager)
    assert all(words in second_reader.reason_to_read(letter, []) for words in written.values())
    with pytest.raises(Incomplete, match="Somebody else reads this letter"):
        issue(letter, manager)
    ask(letter, manager)
    read(letter, colleague)
    assert issue(letter, manager).status == LetterStatus.ISSUED


def test_what_is_written_into_a_letter_is_read_in_the_one_that_puts_it_right_too(
    decision_letter, manager, colleague
):
    letter = edit(
        decision_letter,
        manager,
        body=decision_letter.body.replace(REASON_GIVEN, "Things you send go nowhere."),
    )
    ask(letter, manager)
    issue(make_older(letter, 10), manager, **REASON)
    again = letters.replace_letter(letter=letter.reload_locked(), by=manager, submission=uuid.uuid4())
    with pytest.raises(Incomplete, match="Somebody else reads this letter"):
        issue(again, manager)


def test_an_interim_letter_waits_for_nobody_and_is_read_once_it_is_issued(manager, incident, colleague):
    letter = draft_interim_letter(
        interim=factories.interim_measure(by=manager, incidents=[incident]), by=manager
    )
    meaning = "## What this means for you\n"
    body = letter.body.replace(meaning, f"{meaning}\nYou do not turn to the Executive Team.\n")
    issued = issue(edit(letter, manager, body=fill_sections(body)), manager)
    assert (issued.status, issued.confirm_by) == (LetterStatus.ISSUED, add_working_days(today(), 1))
    assert waits_for(colleague) == {("letter.confirm", issued.reference)}
    with pytest.raises(Refused, match="Ask whoever reads it now"):
        letters.void_letter(letter=issued, by=manager, version=issued.version, void_reason="Too soon.")
    read(issued, colleague, reason="It denies an appeal.")
    assert issued.reload_locked().status == LetterStatus.VOID


MARCH = date(2027, 3, 3)
NO_OFFICE = {"closed": ["office"], "open": ["letter"]}


@pytest.mark.policy("21.1")
@pytest.mark.parametrize(
    ("words", "needs_reader"),
    [
        ("You must not come to the office until 3 March.", False),
        ("Please do not come to our office until the end of 2 March 2027", False),
        ("You may not use the office for now.", True),
        ("You must not come to the office.", True),
        ("You must not come to the office until 4 March.", True),
        ("You must not come to the office until 31 February.", True),
        ("You must not come to the office or ring us until 3 March.", True),
        ("You must not come to the office until 3 March, and your boiler can wait.", True),
        ("You must not come to the office until you are told.", True),
    ],
)
def test_a_channel_may_be_called_closed_for_as_long_as_it_is(
    manager, decision, words, needs_reader, customer
):
    with time_machine.travel("2026-11-30 12:00", tick=False):
        factories.restriction(by=manager, decision=decision, terms=NO_OFFICE, ends_on=MARCH)
        letter = draft(customer, manager, words, subject="")
        reading = parsed_letter.parse_letter(letter)
        assert bool(second_reader.reason_to_read(letter, reading.overreach)) == needs_reader


def test_an_interim_letter_says_what_is_closed_without_a_reader(manager, incident):
    interim = factories.interim_measure(by=manager, incidents=[incident], closed=[Channel.OFFICE])
    letter = draft_interim_letter(interim=interim, by=manager)
    for words, needs_reader in (
        (f"You must not come to the office until {uk_date(interim.ends_on)}.", False),
        (f"Please do not come to the office until {uk_date(interim.ends_on + timedelta(days=1))}.", True),
        ("You must not come to the office.", True),
        ("Please do not come to the office for five years.", True),
        ("You must not come in tears.", True),
    ):
        body = letter.body.replace("## What this means for you\n", f"## What this means for you\n\n{words}\n")
        letter = edit(letter, manager, body=fill_sections(body))
        assert (
            bool(second_reader.reason_to_read(letter, parsed_letter.parse_letter(letter).overreach))
            == needs_reader
        )


OTHER = {
    "kind": "other",
    "terms": {"description": "We meet you at the library.", "closed": [], "affected_matters": ["none"]},
    "staff_instruction": "Meet them at the library.",
}


def test_a_measure_in_words_of_our_own_is_read_with_its_letter(manager, decision, colleague):
    factories.restriction(by=manager, decision=decision, **OTHER)
    letter = draft_decision_letter(decision=decision, by=manager)
    with pytest.raises(Incomplete, match="Somebody else reads this letter"):
        issue(letter, manager)
    ask(letter, manager)
    read(letter, colleague)
    assert issue(letter, manager).status == LetterStatus.ISSUED


@pytest.mark.policy("12")
@pytest.mark.beyond("B23")
@pytest.mark.parametrize(
    "measure",
    [
        OTHER,
        {},
        {"kind": "third_party", "terms": factories.ADVOCATE},
        {"kind": "no_recording_pause", "terms": {}},
    ],
    ids=["in words of our own", "closes", "leads", "binds staff"],
)
def test_that_a_customer_is_not_told_counts_once_a_second_manager_confirms_it(
    manager, decision, colleague, officer, measure
):
    restriction = factories.restriction(by=manager, decision=decision, **measure, **factories.WAITS)
    begun = restriction.has_begun
    asked = ask_unnotified(restriction, manager)
    assert (asked.not_notified_reason, asked.is_notification_settled) == ("", False)
    assert (asked.has_begun, asked in Restriction.objects.unnotified()) == (begun, True)
    assert task_rows(colleague, TaskCode.CONFIRM_UNNOTIFIED)
    for person in (manager, officer):
        assert not task_rows(person, TaskCode.CONFIRM_UNNOTIFIED)
        with pytest.raises(Refused):
            confirm(asked, person)
    untold = confirm(asked, colleague)
    assert (untold.not_notified_reason, untold.unnotified_request) == (asked.unnotified_request, "")
    assert (untold.unnotified_requested_by, untold.unnotified_confirmed_by) == (manager, colleague)
    assert (untold.is_in_force, untold.is_notification_settled) == (True, True)
    assert not task_rows(colleague, TaskCode.CONFIRM_UNNOTIFIED)


@pytest.mark.policy("12")
def test_neither_who_asked_nor_who_decided_confirms_that_nobody_is_told(manager, decision, colleague):
    asked = ask_unnotified(factories.restriction(by=manager, decision=decision), colleague)
    for person in (manager, colleague):
        with pytest.raises(Refused, match="another manager, or the Management Team, confirms"):
            confirm(asked, person)
    third = factories.staff("third", "Manager", "Management Team")
    assert confirm(asked, third).is_notification_settled


@pytest.mark.policy("12")
def test_nobody_is_told_while_it_waits_and_everybody_once_it_is_refused(manager, decision, colleague):
    asked = ask_unnotified(factories.restriction(by=manager, decision=decision), manager)
    letter = draft_decision_letter(decision=decision, by=manager)
    refusals = [refusal.sentence for refusal in issuing.check_ready(letter)]
    assert any("asks that the customer is not told" in sentence for sentence in refusals)
    with pytest.raises(Stale):
        ask_unnotified(asked, colleague)
    asked.refresh_from_db()
    told = have_told(asked, manager)
    assert (told.unnotified_request, told.unnotified_requested_by) == ("", None)
    assert not any("asks that" in refusal.sentence for refusal in issuing.check_ready(letter))
    with pytest.raises(Stale):
        confirm(told, colleague)


@pytest.mark.policy("12")
def test_what_waits_for_a_second_manager_goes_along_with_a_new_version(manager, decision, colleague):
    asked = ask_unnotified(factories.restriction(by=manager, decision=decision, **factories.WAITS), manager)
    version = vary_restriction(
        restriction=asked,
        by=manager,
        terms={"closed": ["phone"], "open": ["letter", "email", "office"]},
        status_reason="It went well.",
    )
    assert (bool(version.unnotified_request), version.has_begun) == (True, False)
    assert confirm(version, colleague).is_in_force


@pytest.mark.parametrize(
    "broken",
    [
        {"unnotified_confirmed_by": None},
        {"unnotified_requested_by": None},
        {"unnotified_request": "Safety"},
        {"unnotified_answer": ""},
    ],
)
def test_the_database_keeps_two_people_for_what_nobody_is_told(broken, manager, decision):
    untold = factories.leave_unnotified(factories.restriction(by=manager, decision=decision), by=manager)
    with pytest.raises(IntegrityError), transaction.atomic():
        overwrite_record(untold, **broken)
    with pytest.raises(IntegrityError), transaction.atomic():
        overwrite_record(untold, unnotified_confirmed_by=untold.unnotified_requested_by)


def ask_unnotified(restriction, by):
    return ask_not_to_notify(
        restriction=restriction,
        by=by,
        version=restriction.version,
        unnotified_request="They would harm themselves.",
    )


def confirm(restriction, by, words=factories.READ_AND_AGREED):
    return leave_customer_unnotified(
        record=restriction,
        by=by,
        version=restriction.version,
        unnotified_answer=words,
    )


def have_told(restriction, by, words="They would find out."):
    return refuse_not_to_notify(
        record=restriction, by=by, version=restriction.version, unnotified_answer=words
    )


def test_it_is_over_once_all_under_the_decision_has_ended(manager, decision, customer):
    restriction = factories.restriction(by=manager, decision=decision)
    letter = draft(customer, manager)
    assert channels_closed_by_decision(letter) == {"phone": None}
    actions.lift_restriction(restriction=restriction, by=manager, status_reason="It went well.")
    assert channels_closed_by_decision(letter) is None


def test_a_channel_is_closed_for_as_long_as_any_record_closes_it(customer, manager, monkeypatch):
    letter = draft(customer, manager)
    sources = [{"phone": None, "email": MARCH}, {"phone": MARCH, "email": MARCH - timedelta(days=1)}]
    for closed in sources:
        add_desk(monkeypatch, LetterReader, channels_closed_by_decision=lambda letter, closed=closed: closed)
    assert channels_closed_by_decision(letter) == {"phone": None, "email": MARCH}


@pytest.mark.policy("29")
def test_the_notice_that_correspondence_is_unacceptable_never_waits(
    manager, officer, decision, customer, colleague
):
    incident = factories.incident(by=officer, customer=customer, channel=Channel.EMAIL)
    incidents.assess_incident(
        incident=incident,
        by=manager,
        version=incident.version,
        outcome=Outcome.WARNING_LETTER,
        reasons="Abuse",
    )
    letter = incidents.write_letter(incident=incident, by=manager)
    letter = edit(letter, manager, body=fill_sections(letter.body))
    assert ("54", "body") in refusals_of(
        edit(letter, manager, body=f"{letter.body}\n\nComplaints are not accepted.")
    )
    letter = edit(letter, manager, body=letter.body)
    assert issue(letter, manager).status == LetterStatus.ISSUED
    assert ("letter.confirm", letter.reference) in waits_for(colleague)


def test_what_is_expected_of_somebody_under_a_decision_is_read_first(manager, officer, decision, customer):
    incident = factories.incident(by=officer, customer=customer)
    incidents.assess_incident(
        incident=incident,
        by=manager,
        version=incident.version,
        outcome=Outcome.WARNING_LETTER,
        reasons="Abuse",
    )
    letter = incidents.write_letter(incident=incident, by=manager)
    with pytest.raises(Incomplete, match="Somebody else reads this letter"):
        issue(edit(letter, manager, body=fill_sections(letter.body)), manager)


def test_the_letter_of_an_interim_measure_is_looked_over_too(manager, incident, colleague):
    interim = factories.interim_measure(by=manager, incidents=[incident])
    letter = draft_interim_letter(interim=interim, by=manager)
    body = letter.body.replace("## Why\n", "## Why\n\nA threat was made.\n")
    letter = edit(
        letter,
        manager,
        body=body.replace("## What this means for you\n", f"## What this means for you\n\n{SOFT}\n"),
    )
    with pytest.raises(Incomplete, match="Somebody else reads this letter"):
        issue(letter, manager)
    ask(letter, manager)
    read(letter, colleague)
    issued = issue(letter, manager)
    assert (issued.reader, issued.unread_reason) == (colleague, "")


@pytest.mark.policy("12")
def test_what_was_restricted_and_is_over_is_written_of_as_carefully(manager, decision):
    restriction = factories.restriction(by=manager, decision=decision)
    restriction = actions.notify_customer(restriction=restriction, on=today(), by=manager)
    restriction = actions.lift_restriction(
        restriction=restriction, by=manager, status_reason="We may do this again."
    )
    letter = draft_end_letter(restriction=restriction, by=manager)
    assert "We may do this again." in second_reader.reason_to_read(letter, [])


@pytest.mark.beyond("B5")
def test_whoever_lives_with_somebody_restricted_is_written_to_as_carefully(
    manager, officer, decision, customer
):
    factories.restriction(by=manager, decision=decision)
    partner = factories.customer(by=officer, name="Ann Byrne", household_of=customer)
    neighbour = factories.customer(by=officer, name="Joe Kerr")
    words = "Please pass on what you need as your husband does."
    for reader, waits in ((partner, True), (neighbour, False)):
        assert bool(second_reader.reason_to_read(draft(reader, manager, words), [])) == waits


# Trying to get round it


@pytest.mark.parametrize("where", ["subject", "enclosure", "heading", "list"])
def test_words_are_found_wherever_staff_can_write_them(customer, manager, where):
    letter = draft(customer, manager)
    if where == "subject":
        letter = edit(letter, manager, subject="You may not complain")
    elif where == "enclosure":
        file = SimpleUploadedFile("rules.pdf", files.pdf_bytes())
        named = {"title": "Why you may not complain", "language": "", "translated_by": ""}
        letters.enclose_file(letter=letter, by=manager, submission=uuid.uuid4(), file=file, **named)
    else:
        words = {"heading": "## You may not complain", "list": "You may not:\n\n- ring at night\n- complain"}
        letter = edit(letter, manager, body=f"{letter.body}\n\n{words[where]}")
    assert ("54", "body") in refusals_of(letter.reload_locked())


def test_our_own_paragraphs_are_never_looked_at(customer, manager, organisation):
    letter = draft(customer, manager)
    letter.subject = ""
    for letter.kind, kind in letter_kinds().items():
        letter.body = TEMPLATE_TAG.sub("\n\n", template_source(kind.template)).replace(
            "{{ customer_name }}", customer.name
        )
        assert not find_letter_overreach(letter), letter.kind


@pytest.mark.parametrize("how", ["words", "signatory", "enclosure", "subject"])
def test_a_change_after_reading_is_read_anew(customer, manager, colleague, how):
    letter = draft(customer, manager, SOFT)
    ask(letter, manager)
    read(letter, colleague)
    letter = letter.reload_locked()
    if how == "enclosure":
        file = SimpleUploadedFile("policy.pdf", files.pdf_bytes())
        named = {"title": "Our policy", "language": "", "translated_by": ""}
        letters.enclose_file(letter=letter, by=manager, submission=uuid.uuid4(), file=file, **named)
    else:
        changes = {"words": {"body": f"{letter.body} Truly."}, "signatory": {"signatory": colleague}}
        edit(letter, manager, **changes.get(how, {"subject": "Another"}))
    with pytest.raises(Incomplete, match="Somebody else reads this letter"):
        issue(letter, manager)
    assert letter.reload_locked().read_at is None


def test_saving_it_as_it_was_changes_nothing(customer, manager, colleague):
    letter = draft(customer, manager, SOFT)
    ask(letter, manager)
    read(letter, colleague)
    edit(letter.reload_locked(), manager)
    assert issue(letter, manager).status == LetterStatus.ISSUED


def test_what_is_filled_in_otherwise_since_is_read_anew(customer, manager, colleague, organisation):
    letter = draft(customer, manager, SOFT)
    ask(letter, manager)
    read(letter, colleague)
    organisation.emergency_phone = "0800 496 0002"
    organisation.save()
    with pytest.raises(Incomplete, match="Somebody else reads this letter"):
        issue(letter, manager)


@pytest.mark.parametrize("reader", ["another manager", "an executive", "nobody"])
def test_what_was_read_and_reads_differently_since_waits_anew(
    customer, manager, colleague, executive, organisation, reader
):
    letter = draft(customer, manager, SOFT)
    ask(letter, manager)
    read(letter, colleague)
    organisation.emergency_phone = "0800 496 0002"
    organisation.save()
    if reader == "an executive":
        colleague.away_until = today()
        colleague.save()
    if reader == "nobody":
        issue(make_older(letter, 10), manager, **REASON)
    else:
        ask(letter, manager)
    letter = letter.reload_locked()
    assert (letter.read_at, letter.read_digest) == (None, "")
    assert second_reader.is_waiting(letter)
    assert waits_for(executive if reader == "an executive" else colleague)


def test_a_letter_that_goes_elsewhere_is_read_again_as_it_is_now(customer, manager, colleague, signed_in):
    letter = draft(customer, manager, SOFT)
    ask(letter, manager)
    client, path = signed_in(colleague), reverse("letter_read", args=[letter.reference])

    def ready(page):
        form = page.context["form"]
        sent = {name: form[name].value() for name in ("version", "digest")}
        return client.post(path, sent | {"ready": "yes"})

    page = client.get(path)
    overwrite_record(customer, address="9 Kelp Street\nLochside")
    page = ready(page)
    assert page.status_code == 422
    assert "9 Kelp Street" in page.content.decode()
    assert ready(page).status_code == 302
    overwrite_record(customer, address="12 Kelp Street\nLochside")
    with pytest.raises(Incomplete, match="Ask for a second reader"):
        issue(letter, manager)


def test_what_its_reader_did_not_see_is_not_read(customer, manager, colleague):
    letter = draft(customer, manager, SOFT)
    ask(letter, manager)
    with pytest.raises(Incomplete, match="has changed since you opened"):
        read(letter, colleague, digest="0" * 64)
    version = letter.reload_locked().version
    edit(letter.reload_locked(), manager, body=f"{letter.body} Truly.")
    with pytest.raises(Stale):
        read(letter, colleague, version=version)


# Who


def test_neither_writer_nor_signatory_nor_officer_reads_it(customer, manager, colleague, officer, management):
    letter = draft(customer, manager, SOFT, signatory=management)
    ask(letter, manager)
    for user in (manager, management, officer):
        with pytest.raises(Refused):
            read(letter, user)
    assert ("letter.read", letter.reference) in waits_for(colleague)
    assert ("letter.read", letter.reference) not in waits_for(manager) | waits_for(management)
    letter = edit(letter.reload_locked(), colleague, body=f"{letter.body} Truly.")
    ask(letter, manager)
    with pytest.raises(Refused, match="You wrote"):
        read(letter, colleague)


def test_to_merge_its_customer_into_another_is_not_to_write_it(customer, manager, colleague, officer):
    letter = draft(customer, manager, SOFT)
    ask(letter, manager)
    kept = factories.customer(by=officer, name="Órla Byrne")
    factories.ask_merge(kept, customer, by=manager)
    merge_customers(
        kept=kept, other=customer, by=colleague, submission=uuid.uuid4(), why="They confirmed it."
    )
    assert letter.reload_locked().customer == kept
    assert ("letter.read", letter.reference) in waits_for(colleague)
    read(letter, colleague)
    assert letter.reload_locked().reader == colleague


def test_an_executive_is_asked_for_this_letter_alone_where_no_manager_is_there(
    customer, manager, executive, colleague, signed_in
):
    colleague.away_until = today()
    colleague.save()
    letter, other = draft(customer, manager, SOFT), draft(customer, manager, SOFT)
    client = signed_in(executive)
    path = reverse("letter_read", args=[letter.reference])
    assert client.get(path).status_code == 404
    ask(letter, manager)
    assert waits_for(executive) == {("letter.read", letter.reference)}
    assert client.get(path).status_code == 200
    assert client.get(reverse("letter_pdf", args=[letter.reference])).status_code == 200
    for closed in (other.get_absolute_url(), reverse("letter_read", args=[other.reference])):
        assert client.get(closed).status_code == 404
    digest = client.get(path).context["form"]["digest"].value()
    client.post(path, {"version": letter.reload_locked().version, "digest": digest, "ready": "yes"})
    assert letter.reload_locked().reader == executive
    assert client.get(letter.get_absolute_url()).status_code == 404
    assert issue(letter, manager).status == LetterStatus.ISSUED
    assert client.get(letter.get_absolute_url()).status_code == 404


def test_a_manager_at_work_is_asked_before_an_executive(customer, manager, executive, colleague):
    letter = draft(customer, manager, SOFT)
    ask(letter, manager)
    assert letter.reload_locked().reader is None
    with pytest.raises(Refused):
        read(letter, executive)


@pytest.mark.beyond("B40")
@pytest.mark.parametrize("there", ["another manager", "an executive", "nobody else"])
def test_whom_the_customer_harmed_reads_it_only_where_nobody_else_is_there(
    customer, manager, executive, officer, colleague, there
):
    factories.incident(by=officer, customer=customer, affected_staff=[colleague])
    if there == "another manager":
        other = factories.staff("another", "Manager")
    elif there == "an executive":
        other = executive
    else:
        executive.away_until = today()
        executive.save()
        other = colleague
    letter = draft(customer, manager, SOFT)
    ask(letter, manager)
    task = ("letter.read", letter.reference)
    assert task in waits_for(other)
    if other != colleague:
        assert task not in waits_for(colleague)
        with pytest.raises(Refused, match="affected you"):
            read(letter, colleague)
    read(letter, other)
    assert letter.reload_locked().reader == other


@pytest.mark.beyond("B40")
@pytest.mark.parametrize("clear", [True, False], ids=["somebody clear", "all harmed"])
def test_home_takes_as_many_queries_for_thirty_such_letters_as_for_one(
    customer, manager, executive, officer, colleague, clear, signed_in
):
    factories.incident(by=officer, customer=customer, affected_staff=[colleague])
    if clear:
        factories.staff("another", "Manager")
    else:
        StaffMember.objects.filter(pk=executive.pk).update(away_until=today())
    client, counts = signed_in(colleague), []
    for number in (1, 29):
        for _ in range(number):
            ask(draft(customer, manager, SOFT), manager)
        with CaptureQueriesContext(connection) as queries:
            page = client.get("/").content.decode()
        assert ("Read a letter before it is issued" in page) != clear
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 10


def test_it_is_sent_back_with_a_reason_and_asked_again(customer, manager, colleague):
    letter = draft(customer, manager, SOFT)
    ask(letter, manager)
    with pytest.raises(Incomplete):
        letters.finish_reading(
            letter=letter,
            by=colleague,
            version=letter.reload_locked().version,
            digest="",
            is_ready=False,
            sent_back_reason=".",
        )
    read(letter, colleague, reason="Say how they can reach us instead.")
    letter = letter.reload_locked()
    assert (letter.sent_back_reason, letter.reader) == ("Say how they can reach us instead.", colleague)
    assert ("letter.finish", letter.reference) in waits_for(manager)
    assert waits_for(colleague) == set()
    ask(letter, manager)
    assert letter.reload_locked().sent_back_reason == ""
    read(letter, colleague)
    assert issue(letter, manager).status == LetterStatus.ISSUED


# Nobody is there


def make_older(letter, days):
    asked_at = letter.reload_locked().asked_at - timedelta(days=days)
    overwrite_record(letter, asked_at=asked_at)
    return letter.reload_locked()


REASON = {"unread_reason": "The visit is tomorrow, and nobody else is here."}


def unread_letter(customer, manager):
    letter = draft(customer, manager, SOFT)
    ask(letter, manager)
    return issue(make_older(letter, 10), manager, **REASON)


def test_after_a_working_day_it_is_issued_with_a_reason_and_confirmed_by_another(
    customer, manager, colleague
):
    letter = draft(customer, manager, SOFT)
    with pytest.raises(Incomplete, match="Somebody else reads"):
        issue(letter, manager, **REASON)
    ask(letter, manager)
    with pytest.raises(Incomplete, match="Somebody else reads"):
        issue(letter, manager, **REASON)
    letter = make_older(letter, 10)
    with pytest.raises(Incomplete):
        issue(letter, manager, unread_reason="n/a")
    issued = issue(letter, manager, **REASON)
    assert issued.confirm_by == add_working_days(today(), 5)
    assert waits_for(colleague) == {("letter.confirm", letter.reference)}
    with pytest.raises(Refused):
        read(letter, manager)
    read(letter, colleague)
    assert (letter.reload_locked().reader, letter.reload_locked().status) == (colleague, LetterStatus.ISSUED)
    assert waits_for(colleague) == set()


def test_an_edit_begins_the_wait_anew(customer, manager, colleague):
    letter = draft(customer, manager, SOFT)
    ask(letter, manager)
    letter = edit(make_older(letter, 10), manager, body=f"{letter.body} Truly.")
    with pytest.raises(Incomplete, match="Somebody else reads"):
        issue(letter, manager, **REASON)


def test_what_is_reversed_before_it_is_sent_is_withdrawn(customer, manager, colleague):
    letter = unread_letter(customer, manager)
    read(letter, colleague, reason="It limits their emails.")
    assert (letter.reload_locked().status, letter.reload_locked().sent_back_reason) == (
        LetterStatus.VOID,
        "It limits their emails.",
    )


def test_what_is_reversed_after_it_was_sent_is_put_right_with_a_new_letter(customer, manager, colleague):
    letter = unread_letter(customer, manager)
    letter = letters.send_letter(
        letter=letter,
        by=manager,
        version=letter.version,
        sent_by_channel=SentBy.OFFICE,
        sent_on=today(),
        **factories.handed_over(SentBy.OFFICE, by=manager),
    )
    read(letter, colleague, reason="It limits their emails.")
    assert waits_for(manager) == {("letter.put_right", letter.reference)}
    new = letters.replace_letter(letter=letter.reload_locked(), by=manager, submission=uuid.uuid4())
    issue(edit(new, manager, body=new.body.replace(SOFT, FRIENDLY)), manager)
    assert ("letter.put_right", letter.reference) not in waits_for(manager)


@pytest.mark.parametrize(
    "gone", [{"is_active": False}, {"away_until": today()}, {}], ids=["closed", "away", "role"]
)
def test_what_somebody_issued_who_is_not_there_is_sent_and_put_right_by_others(
    customer, manager, colleague, officer, gone
):
    letter = unread_letter(customer, manager)
    assert ("letter.send", letter.reference) not in waits_for(colleague)
    if gone:
        StaffMember.objects.filter(pk=manager.pk).update(**gone)
    else:
        manager.groups.set(Group.objects.filter(name="Officer"))
        assert ("letter.send", letter.reference) not in waits_for(StaffMember.objects.get(pk=manager.pk))
    assert ("letter.send", letter.reference) in waits_for(colleague)
    assert waits_for(officer) == set()
    letters.send_letter(
        letter=letter,
        by=colleague,
        version=letter.version,
        sent_by_channel=SentBy.OFFICE,
        sent_on=today(),
        **factories.handed_over(SentBy.OFFICE, by=colleague),
    )
    read(letter, colleague, reason="It limits their emails.")
    assert waits_for(colleague) == {("letter.put_right", letter.reference)}


def test_where_there_is_no_other_manager_at_all_an_executive_confirms(customer, manager, executive):
    executive.away_until = today()
    executive.save()
    letter = unread_letter(customer, manager)
    assert letter.reader == executive
    assert waits_for(executive) == {("letter.confirm", letter.reference)}
    read(letter, executive)
    assert letter.reload_locked().read_at


# Pages


@pytest.mark.policy("12", "13")
def test_whoever_reads_a_letter_sees_what_staff_do_and_who_reported_it(
    manager, decision, incident, colleague, signed_in
):
    last_day = add_months(today(), 5)
    factories.restriction(
        by=manager, decision=decision, staff_instruction="Say who is there on Monday.", ends_on=last_day
    )
    overwrite_record(incident, entered_by=colleague)
    incidents.change_incident(
        incident=incident.reload_locked(),
        by=manager,
        version=None,
        facts=f"{incident.facts}\n\nCame down with a hammer.",
    )
    letter = draft_decision_letter(decision=decision, by=manager)
    ask(letter, manager)
    page = signed_in(colleague).get(reverse("letter_read", args=[letter.reference])).content.decode()
    for shown in (
        "Say who is there on Monday.",
        uk_date(last_day),
        f"reported by {incident.reported_by}, typed in by {colleague}, added to by {manager}",
    ):
        assert shown in page


@pytest.mark.policy("61")
def test_the_pages_lead_from_one_to_the_other(customer, manager, colleague, signed_in):
    letter = draft(customer, manager, SOFT)
    writer, reader = signed_in(manager), signed_in(colleague)
    preview, path = (reverse(name, args=[letter.reference]) for name in ("letter_preview", "letter_read"))
    page = writer.get(preview).content.decode()
    assert "Ask for a second reader" in page
    assert SOFT in page
    assert reverse("letter_issue", args=[letter.reference]) not in page
    writer.post(reverse("letter_ask", args=[letter.reference]), {"version": letter.version})
    page = reader.get(path).content.decode()
    assert "Ready to issue" in page
    assert "Send back" in page
    assert SOFT in page
    form = reader.get(path).context["form"]
    sent = {"version": form["version"].value(), "digest": form["digest"].value()}
    refused = reader.post(path, sent | {"back": "yes", "sent_back_reason": ""})
    assert (refused.status_code, "Say what has to change." in refused.content.decode()) == (422, True)
    assert reader.post(path, sent | {"ready": "yes"}).status_code == 302
    assert reverse("letter_issue", args=[letter.reference]) in writer.get(preview).content.decode()
    issue(letter, manager)
    assert str(colleague) in writer.get(letter.get_absolute_url()).content.decode()
    assert "read it as a second person" in writer.get(f"{letter.get_absolute_url()}history/").content.decode()


@pytest.mark.parametrize("title", ["", "Our policy"])
def test_a_translation_in_a_draft_under_a_decision_is_read_as_any_enclosure(
    decision, restriction, manager, colleague, title
):
    letter = draft_decision_letter(decision=decision, by=manager)
    ask(letter, manager)
    read(letter, colleague)
    file = SimpleUploadedFile("translation.pdf", files.pdf_bytes())
    named = {"title": title, "language": "Mandarin", "translated_by": "A. Friend"}
    letters.enclose_file(letter=letter, by=manager, submission=uuid.uuid4(), file=file, **named)
    letter = Letter.objects.get(pk=letter.pk)
    with pytest.raises(Incomplete, match="Somebody else reads this letter"):
        issue(letter, manager)
    ask(letter, manager)
    read(letter, colleague)
    assert issue(letter, manager).status == LetterStatus.ISSUED


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [("", "found nothing to change: it is ready to issue"), ("Name the lift.", "sent it back to be changed")],
)
def test_whoever_wrote_it_hears_whether_it_is_ready_and_on_the_page_to_whom_it_is(
    customer, manager, colleague, signed_in, reason, outcome
):
    letter = draft(customer, manager, SOFT)
    ask(letter, manager)
    read(letter, colleague, reason=reason)
    notice = Notice.objects.get(recipient=manager, text__contains=f"read {letter}")
    assert notice.text == f"{colleague} has read {letter} and {outcome}."
    assert notice.shown_text.startswith(f"{colleague} has read the letter to {customer.name}, ")
    assert notice.shown_text.endswith(f", and {outcome}.")
    assert notice.shown_text in signed_in(manager).get("/").content.decode()
