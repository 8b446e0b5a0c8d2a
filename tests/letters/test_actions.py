import uuid
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from cha_engagement.core.records import Stale, find_history_faults, writing
from cha_engagement.core.refusals import Incomplete, Refusal, Refused
from cha_engagement.customers.enums import Format
from cha_engagement.customers.models import Signposting
from cha_engagement.letters import actions
from cha_engagement.letters.enums import LetterStatus, SentBy, SignedAs
from cha_engagement.letters.interfaces import LetterKinds, LetterReader
from cha_engagement.letters.models import Letter
from cha_engagement.letters.rendering import pdf
from cha_engagement.organisation import calendar
from cha_engagement.staff.models import Notice
from tests.desks import add_desk, replace_answers
from tests.overwriting import overwrite_record

from .. import factories

pytestmark = pytest.mark.django_db


def edit_draft(letter, by, version=None, **changes):
    typed = {
        "body": letter.body,
        "signed_as": letter.signed_as,
        "signatory": letter.signatory,
        "advice": letter.advice.all(),
    }
    return actions.edit_draft(letter=letter, by=by, version=version or letter.version, **typed | changes)


def send_letter(letter, by, sent_on=None, version=None, channel=SentBy.LETTER):
    return actions.send_letter(
        letter=letter,
        by=by,
        version=version or letter.version,
        sent_by_channel=channel,
        sent_on=sent_on or calendar.today(),
        **factories.handed_over(channel, by=by),
    )


# Drafting


@pytest.mark.policy("61")
def test_a_draft_has_the_text_of_its_kind_and_the_preferred_format(draft_for, officer, manager, kind_calls):
    letter = draft_for(factories.customer(by=officer, name="Órla", preferred_format=Format.LARGE_PRINT))
    assert letter.body.startswith(
        "Dear Órla,\n\nWe are writing about your call to our office, which happened on 22 November 2026."
    )
    assert (letter.format, letter.signatory, letter.signed_as) == (
        Format.LARGE_PRINT,
        manager,
        SignedAs.PERSON,
    )
    assert kind_calls == [(letter.reference, "attached", manager)]


def test_words_of_others_in_a_draft_are_escaped(draft_for, officer, kind_data):
    kind_data["reason"] = "{{ customer }} {% now 'Y' %} [the ombudsman]\n# Heading\n<b>x</b>"
    letter = draft_for(factories.customer(by=officer, name="*Órla* [how to appeal]"))
    assert r"Dear \*Órla\* \[how to appeal\]," in letter.body
    assert "{{ customer }} {% now 'Y' %} " + r"\[the ombudsman\]" + "\n\\# Heading\n<b>x</b>" in letter.body


def test_a_draft_is_from_the_team_where_its_writer_should_not_sign(draft_for, customer, monkeypatch):
    replace_answers(
        monkeypatch,
        LetterReader,
        check_signatory=lambda customer, signatory: [Refusal("No contact was agreed.", "60", "signatory")],
    )
    assert draft_for(customer).signed_as == SignedAs.TEAM


def test_a_draft_asked_for_twice_is_one(draft_for, customer):
    submission = uuid.uuid4()
    assert draft_for(customer, submission=submission) == draft_for(customer, submission=submission)
    assert Letter.objects.count() == 1


def test_an_officer_drafts_no_letter(draft_for, customer, officer):
    with pytest.raises(Refused):
        draft_for(customer, by=officer)


# Editing


def test_an_edit_is_one_row_of_history(draft, manager):
    before = draft.body
    edited = edit_draft(draft, manager, body="Shorter.")
    rows = edited.history.order_by("sequence")
    assert [row.body for row in rows] == [before, "Shorter."]
    assert rows[1].history_user == manager
    assert find_history_faults(edited) == []


def test_an_older_version_edits_nothing(draft, manager):
    edit_draft(draft, manager, body="First.")
    with pytest.raises(Stale):
        edit_draft(draft, manager, version=1, body="Second.")
    draft.refresh_from_db()
    assert draft.body == "First."


def test_an_issued_letter_is_not_edited(issued_letter, manager):
    with pytest.raises(Stale):
        edit_draft(issued_letter, manager, body="Other words.")


@pytest.mark.policy("61")
@pytest.mark.parametrize(
    ("roles", "signed_as", "path"),
    [
        (["Manager"], "person", "/letters/{}/"),
        (["Executive Team"], "person", "/"),
        (["Executive Team"], "team", None),
    ],
)
def test_a_signatory_is_notified_of_a_letter_that_another_issues(draft, manager, roles, signed_as, path):
    chief = factories.staff("chief", *roles)
    letter = edit_draft(draft, manager, signatory=chief, signed_as=signed_as)
    assert not Notice.objects.filter(text__contains="in your name").exists()
    actions.issue_letter(letter=letter, by=manager, version=letter.version)
    notices = Notice.objects.filter(text__contains="in your name")
    expected = [] if path is None else [(chief, path.format(letter))]
    assert [(notice.recipient, notice.path) for notice in notices] == expected


def test_an_issuer_who_signs_is_not_notified(issued_letter):
    assert not Notice.objects.filter(text__contains="in your name").exists()


def test_a_signatory_who_should_not_sign_is_refused_beside_the_field(draft, manager):
    gone = factories.staff("former", "Manager", is_active=False)
    with pytest.raises(Incomplete) as refused:
        edit_draft(draft, manager, signatory=gone)
    assert refused.value.refusals[0].field == "signatory"


# Issuing


@pytest.mark.policy("61")
def test_an_issued_letter_keeps_its_pdf_its_hash_and_its_words(draft, manager, time_machine):
    time_machine.move_to(moment := timezone.now(), tick=False)
    letter = actions.issue_letter(letter=draft, by=manager, version=draft.version)
    content = letter.pdf.read()
    assert content.startswith(b"%PDF")
    assert letter.sha256 == sha256(content).hexdigest()
    assert "You can ask us to look at this again" in letter.text
    assert "[" not in letter.text
    assert (letter.status, letter.issued_by) == (LetterStatus.ISSUED, manager)
    assert letter.issued_at == moment


@pytest.mark.beyond("B3")
def test_an_incomplete_letter_is_refused_with_all_that_is_missing(draft, manager):
    bare = edit_draft(draft, manager, body="Dear Órla.")
    with pytest.raises(Incomplete) as refused:
        actions.issue_letter(letter=bare, by=manager, version=bare.version)
    assert {refusal.paragraph for refusal in refused.value.refusals} == {"5", "9", "45", "B2", "B3"}
    assert Letter.objects.get(pk=draft.pk).status == LetterStatus.DRAFT
    assert not default_storage.exists("letters")


@pytest.mark.parametrize("seen", [1, 2])
def test_a_letter_is_issued_once(draft, manager, management, seen):
    first = actions.issue_letter(letter=draft, by=manager, version=1)
    again = Letter.objects.get(pk=draft.pk)
    with pytest.raises(Stale):
        actions.issue_letter(letter=again, by=management, version=seen)
    again.refresh_from_db()
    assert (again.issued_by, again.sha256) == (manager, first.sha256)


PRINTED_FACTS = {
    "where it goes": ("customer", {"address": "9 Kelp Street\nLochside"}),
    "whom it goes to": ("customer", {"name": "Órla Kerr"}),
    "its head": ("organisation", {"phone": "0141 496 0999"}),
    "who we are": ("organisation", {"name": "Kelpie Homes"}),
    "who signs": ("manager", {"job_title": "Head of Housing"}),
}
"""Facts printed around the text of a letter: the fixture of their record, and their new values."""


@pytest.fixture(params=PRINTED_FACTS)
def change_printed_fact(request):
    """Change a fact that is printed on a letter."""
    whose, facts = PRINTED_FACTS[request.param]

    def change():
        record = request.getfixturevalue(whose)
        overwrite_record(record, **facts)

    return change


def test_a_letter_whose_printed_facts_change_while_it_is_issued_is_stale(
    draft, manager, change_printed_fact, monkeypatch
):
    write = pdf.write_pdf

    def meanwhile(*page):
        change_printed_fact()
        return write(*page)

    monkeypatch.setattr(pdf, "write_pdf", meanwhile)
    with pytest.raises(Stale):
        actions.issue_letter(letter=draft, by=manager, version=1)
    assert Letter.objects.get().status == LetterStatus.DRAFT


def test_a_letter_that_changed_since_it_was_opened_is_not_issued(
    draft, manager, change_printed_fact, signed_in
):
    client, path = signed_in(manager), draft.get_absolute_url()

    def issue(page):
        sent = {name: page.context[name] for name in ("letter", "current_digest")}
        return client.post(
            f"{path}issue/", {"version": sent["letter"].version, "digest": sent["current_digest"]}
        )

    page = client.get(f"{path}preview/")
    assert page.context["current_digest"] in page.content.decode()
    change_printed_fact()
    page = issue(page)
    assert page.status_code == 422
    assert "It has changed since you opened this page. Read it again." in page.content.decode()
    assert issue(page).status_code == 302


def test_a_draft_that_was_edited_meanwhile_is_not_issued(draft, manager):
    opened = Letter.objects.get(pk=draft.pk)
    edit_draft(draft, manager, body=draft.body + "\n\nMore.")
    with pytest.raises(Stale):
        actions.issue_letter(letter=opened, by=manager, version=1)
    assert Letter.objects.get(pk=draft.pk).status == LetterStatus.DRAFT


def test_an_officer_issues_no_letter(draft, officer):
    with pytest.raises(Refused):
        actions.issue_letter(letter=draft, by=officer, version=1)


@pytest.mark.database
def test_the_database_refuses_an_issued_letter_without_a_hash(issued_letter):
    with pytest.raises(IntegrityError), transaction.atomic():
        overwrite_record(issued_letter, sha256="")


# Sending


@pytest.mark.policy("12")
@pytest.mark.beyond("B23")
@pytest.mark.parametrize(
    ("channel", "working_days"),
    [(SentBy.LETTER, 2), (SentBy.EMAIL, 0), (SentBy.OFFICE, 0), (SentBy.HOME_VISIT, 0)],
)
def test_a_sent_letter_records_how_and_tells_its_kind_when_it_counts_as_received(
    issued_letter, manager, kind_calls, channel, working_days
):
    emails = ["orla@home.example"]
    writing.save_record(issued_letter.customer, by=manager, reason="Known", emails=emails)
    letter = send_letter(issued_letter, manager, channel=channel)
    assert (letter.sent_by_channel, letter.sent_on) == (channel, calendar.today())
    received_on = (
        calendar.add_working_days(calendar.today(), working_days) if working_days else calendar.today()
    )
    assert kind_calls[-1] == (letter.reference, received_on, manager)


@pytest.mark.policy("8")
def test_sending_a_letter_records_the_signposting_to_its_advisers(issued_letter, manager, adviser, customer):
    assert not Signposting.objects.exists()
    send_letter(issued_letter, manager)
    signposting = Signposting.objects.get()
    assert (signposting.customer, signposting.organisation, signposting.on, signposting.by) == (
        customer,
        adviser,
        calendar.today(),
        manager,
    )


@pytest.mark.parametrize("days", [1, -1])
def test_a_letter_is_not_sent_in_the_future_or_before_its_issue(issued_letter, manager, days):
    with pytest.raises(Incomplete) as refused:
        send_letter(issued_letter, manager, sent_on=calendar.today() + timedelta(days=days))
    assert refused.value.refusals[0].field == "sent_on"


def test_the_day_of_issue_is_the_local_one(issued_letter, manager, time_machine):
    overwrite_record(issued_letter, issued_at="2026-07-01T23:30:00Z")
    time_machine.move_to("2026-07-02T08:00:00Z")
    issued_letter.refresh_from_db()
    with pytest.raises(Incomplete):
        send_letter(issued_letter, manager, sent_on=date(2026, 7, 1))
    assert send_letter(issued_letter, manager, sent_on=date(2026, 7, 2)).sent_on == date(2026, 7, 2)


def test_a_letter_is_sent_once_and_not_before_it_is_issued(draft, manager, kind_calls):
    with pytest.raises(Stale):
        send_letter(draft, manager)
    sent = send_letter(actions.issue_letter(letter=draft, by=manager, version=1), manager)
    with pytest.raises(Stale):
        send_letter(sent, manager)
    assert len(kind_calls) == 2


def test_a_refusal_of_its_kind_leaves_the_letter_unsent(issued_letter, manager, kind, monkeypatch):
    def refuse(letter, on, by):
        raise Incomplete(Refusal("No."))

    add_desk(monkeypatch, LetterKinds, letter_kinds=(replace(kind, on_sent=refuse),))
    with pytest.raises(Incomplete):
        send_letter(issued_letter, manager)
    assert Letter.objects.get(pk=issued_letter.pk).sent_on is None
    assert not Signposting.objects.exists()


# Mistakes


def test_a_letter_is_withdrawn_with_a_reason_until_it_is_sent(issued_letter, manager):
    letter = actions.void_letter(
        letter=issued_letter, by=manager, version=issued_letter.version, void_reason="Wrong address."
    )
    assert (letter.status, letter.void_reason) == (LetterStatus.VOID, "Wrong address.")


def test_a_sent_letter_is_not_withdrawn(issued_letter, manager):
    sent = send_letter(issued_letter, manager)
    with pytest.raises(Stale):
        actions.void_letter(letter=sent, by=manager, version=sent.version, void_reason="Too late.")


@pytest.mark.policy("61")
def test_a_replacement_is_a_draft_with_the_same_words(issued_letter, manager, kind_calls):
    sent = send_letter(issued_letter, manager)
    new = actions.replace_letter(letter=sent, by=manager, submission=uuid.uuid4())
    assert (new.replaces, new.status, new.body, new.text) == (sent, LetterStatus.DRAFT, sent.body, "")
    assert list(new.advice.all()) == list(sent.advice.all())
    assert kind_calls[-1] == (new.reference, "attached", manager)


def test_a_draft_is_not_replaced(draft, manager):
    with pytest.raises(Stale):
        actions.replace_letter(letter=draft, by=manager, submission=uuid.uuid4())


@pytest.mark.parametrize("body", ["\n" * 9_000, "a*" * 8_000, "> " * 5_000, "_a_ " * 200])
def test_a_text_that_takes_too_long_to_render_is_refused(draft, manager, body):
    with pytest.raises(Incomplete, match="too much for a letter"):
        edit_draft(draft, manager, body=body)


def test_a_word_longer_than_a_line_is_refused(draft, manager):
    with pytest.raises(Incomplete, match="This has a word of 201 characters"):
        edit_draft(draft, manager, body=f"{draft.body} {'a' * 201}")
    assert edit_draft(draft, manager, body=f"{draft.body} https://example.com/{'a' * 180}")
