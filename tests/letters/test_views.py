import uuid

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cha_engagement.core.records import writing
from cha_engagement.core.refusals import Refused
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.letters import actions
from cha_engagement.letters.enums import LetterStatus, SentBy, SignedAs
from cha_engagement.letters.interfaces import LetterReader
from cha_engagement.letters.models import Letter
from cha_engagement.organisation import calendar
from cha_engagement.organisation.models import AdviceOrganisation
from tests.desks import replace_answers, task_rows
from tests.overwriting import overwrite_record

from .. import factories
from .test_actions import send_letter

pytestmark = pytest.mark.django_db


def draft_form(letter, **changes):
    """Return the form that the edit page posts."""
    form = {
        "body": letter.body,
        "format": letter.format,
        "signed_as": letter.signed_as,
        "signatory": letter.signatory.username,
        "advice": [adviser.pk for adviser in letter.advice.all()],
        "version": letter.version,
    }
    return form | changes


def letter_url(letter, step=""):
    return f"{letter.get_absolute_url()}{step}"


def pdf_url(letter):
    return f"/letters/{letter.reference}.pdf"


# Writing


def test_the_edit_page_shows_the_text_its_placeholders_and_the_check(signed_in, manager, draft):
    page = signed_in(manager).get(letter_url(draft)).content.decode()
    assert "We are writing about your call to our office" in page
    assert "[how to appeal]" in page
    assert "You can ask us to look at this again within 20 working days." in page
    assert "Nothing is missing" in page
    assert "The letter as you last saved it" in page
    assert '<h2 class="letter__subject">How you can contact us from now on</h2>' in page


@pytest.mark.beyond("B3")
def test_the_edit_page_names_what_is_missing(signed_in, manager, draft):
    actions.edit_draft(
        letter=draft,
        by=manager,
        version=1,
        body="Dear Órla.",
        signed_as=SignedAs.PERSON,
        signatory=manager,
        advice=[],
    )
    page = signed_in(manager).get(letter_url(draft)).content.decode()
    assert "Still missing" in page
    assert "Say how to appeal" in page


def test_saving_keeps_the_words_and_stays(signed_in, manager, draft):
    answer = signed_in(manager).post(
        letter_url(draft), draft_form(draft, body="Other words.", signed_as=SignedAs.TEAM, advice=[])
    )
    assert answer.url == letter_url(draft)
    draft.refresh_from_db()
    assert (draft.body, draft.signed_as, draft.advice.count(), draft.version) == (
        "Other words.",
        SignedAs.TEAM,
        0,
        2,
    )


def test_saving_can_lead_to_the_preview(signed_in, manager, draft):
    answer = signed_in(manager).post(letter_url(draft), draft_form(draft, letter_preview="yes"))
    assert answer.url == letter_url(draft, "preview/")


def test_a_colleague_can_sign_and_only_one_who_may_issue(signed_in, manager, management, officer, draft):
    client = signed_in(manager)
    assert client.post(letter_url(draft), draft_form(draft, signatory=officer.username)).status_code == 422
    assert client.post(letter_url(draft), draft_form(draft, signatory=management.username)).status_code == 302
    draft.refresh_from_db()
    assert draft.signatory == management


def test_an_empty_text_is_refused_and_other_answers_stay(signed_in, manager, draft):
    answer = signed_in(manager).post(letter_url(draft), draft_form(draft, body="", signed_as=SignedAs.TEAM))
    assert answer.status_code == 422
    assert answer.context["form"].errors["body"]
    assert answer.context["form"]["signed_as"].value() == "team"


@pytest.mark.parametrize(
    "changes",
    [
        {"body": "x\0y"},
        {"body": "x" * 20_001},
        {"signed_as": "crown"},
        {"signatory": "nobody\0"},
        {"advice": ["99999999999999999999", "x"]},
        {"advice": [str(2**63)]},
        {"version": "x"},
        {"version": ""},
    ],
)
def test_a_malformed_edit_is_answered_with_what_is_wrong(signed_in, manager, draft, changes):
    assert 400 <= signed_in(manager).post(letter_url(draft), draft_form(draft, **changes)).status_code < 500
    draft.refresh_from_db()
    assert draft.version == 1


def test_a_stale_edit_shows_both_texts(signed_in, manager, management, draft):
    stale = draft_form(draft, body="What the second typed.")
    signed_in(management).post(letter_url(draft), draft_form(draft, body="What the first typed."))
    answer = signed_in(manager).post(letter_url(draft), stale)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "What the first typed." in page
    assert "What the second typed." in page
    assert "Management Example" in page
    draft.refresh_from_db()
    assert draft.body == "What the first typed."


def test_extra_fields_change_nothing(signed_in, manager, draft):
    signed_in(manager).post(
        letter_url(draft),
        draft_form(draft, status=LetterStatus.ISSUED, sha256="0" * 64, customer=1, text="x", plain_text="y"),
    )
    draft.refresh_from_db()
    assert (draft.status, draft.sha256, draft.text, draft.plain_text) == (LetterStatus.DRAFT, "", "", "")


@pytest.mark.policy("21.3", "61.1")
def test_the_subject_is_checked_while_somebody_types(signed_in, manager, draft_for, customer, names_withheld):
    factories.staff("rowan")
    letter = draft_for(customer, kind="general", subject="Your repair")
    check = {
        "path": letter_url(letter, "check/"),
        "data": draft_form(letter, subject="Your rude call to Rowan Example"),
    }
    page = signed_in(manager).post(**check).content.decode()
    assert "Take out “Rowan Example”" in page
    assert "<strong>rude</strong>" in page
    letter.refresh_from_db()
    assert letter.subject == "Your repair"


@pytest.mark.parametrize(("step", "times"), [("", 1), ("check/", 1), ("preview/", 1), ("issue/", 2)])
def test_a_letter_is_parsed_once_a_request(signed_in, manager, draft_for, customer, monkeypatch, step, times):
    """Issuing parses it once more where nobody else can change anything."""
    asked = []
    replace_answers(
        monkeypatch,
        LetterReader,
        placeholders=lambda customer: asked.append("placeholders") or {},
        withholds_names=lambda customer: asked.append("withholds_names") or True,
    )
    letter = draft_for(customer)
    ask = signed_in(manager).post if step in ("check/", "issue/") else signed_in(manager).get
    asked.clear()
    with CaptureQueriesContext(connection) as queries:
        assert ask(letter_url(letter, step), draft_form(letter)).status_code in (200, 302)
    assert sorted(asked) == ["placeholders"] * times + ["withholds_names"] * times
    for rows in ('FROM "organisation_wording"', 'FROM "staff_staffmember" ORDER BY'):
        assert sum(rows in query["sql"] for query in queries) == times


# Beginning a general letter


def test_a_general_letter_is_begun_from_the_customers_page(
    signed_in, manager, organisation, adviser, customer
):
    client, address = signed_in(manager), f"/customers/{customer}/letter/"
    assert f'href="{address}"' in client.get(customer.get_absolute_url()).content.decode()
    form = {"submission": str(uuid.uuid4()), "subject": "Your repair of 3 November"}
    letter = Letter.objects.get(reference=client.post(address, form).url.split("/")[2])
    assert (letter.title, letter.status) == ("Your repair of 3 November", LetterStatus.DRAFT)
    client.post(letter_url(letter), draft_form(letter, subject="Your repair"))
    page = client.get(letter_url(letter, "preview/")).content.decode()
    assert '<h1 class="letter__subject">Your repair</h1>' in page
    assert "Ready to issue" in page


def test_a_general_letter_needs_a_subject(signed_in, manager, customer):
    answer = signed_in(manager).post(f"/customers/{customer}/letter/", {"submission": str(uuid.uuid4())})
    assert answer.status_code == 422
    assert not Letter.objects.exists()


def test_an_executive_begins_no_general_letter(signed_in, executive, customer):
    page = signed_in(executive).get(customer.get_absolute_url()).content.decode()
    assert f"/customers/{customer}/letter/" not in page


# Previewing and issuing


def test_the_preview_shows_the_letter_as_it_will_be(signed_in, manager, draft):
    page = signed_in(manager).get(letter_url(draft, "preview/")).content.decode()
    assert '<h1 class="letter__subject">How you can contact us from now on</h1>' in page
    assert "0800 496 0001" in page
    assert "[" not in page[page.index("letter__body") : page.index("letter__close")]
    assert "Draft, not issued" in page
    assert "Issue the letter" in page


def test_html_in_a_letter_is_shown_as_words(signed_in, manager, draft):
    signed_in(manager).post(
        letter_url(draft), draft_form(draft, body=draft.body + '\n\n<script src="x"></script>')
    )
    page = signed_in(manager).get(letter_url(draft, "preview/")).content.decode()
    assert '<script src="x">' not in page
    assert "&lt;script src=" in page


def test_an_incomplete_letter_has_no_button_to_issue_it(signed_in, manager, draft):
    actions.edit_draft(
        letter=draft,
        by=manager,
        version=1,
        body="Dear Órla.",
        signed_as=SignedAs.PERSON,
        signatory=manager,
        advice=[],
    )
    client = signed_in(manager)
    assert "Issue the letter</button>" not in client.get(letter_url(draft, "preview/")).content.decode()
    answer = client.post(letter_url(draft, "issue/"), {"version": 2})
    assert answer.status_code == 422
    assert "Say how to appeal" in answer.content.decode()


def test_issuing_leads_to_the_letter_with_its_fingerprint(signed_in, manager, draft):
    client = signed_in(manager)
    assert client.post(letter_url(draft, "issue/"), {"version": 1}).url == letter_url(draft)
    page = client.get(letter_url(draft)).content.decode()
    assert Letter.objects.get(pk=draft.pk).sha256 in page
    assert "Draft, not issued" not in page
    assert client.get(letter_url(draft, "preview/")).url == letter_url(draft)


def test_a_second_issuer_is_told_who_was_faster(signed_in, manager, management, draft):
    signed_in(management).post(letter_url(draft, "issue/"), {"version": 1})
    answer = signed_in(manager).post(letter_url(draft, "issue/"), {"version": 1})
    assert answer.status_code == 409
    assert "Management Example" in answer.content.decode()


def test_issuing_what_one_has_changed_since_is_not_called_saved(signed_in, manager, draft):
    writing.save_record(draft, by=manager, reason="Changed the words", body=f"{draft.body}\n\nOne more line.")
    answer = signed_in(manager).post(letter_url(draft, "issue/"), {"version": 1})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "You have changed this since you opened the page" in page
    assert "saved already" not in page
    assert Letter.objects.get(pk=draft.pk).issued_at is None


def test_issuing_needs_a_post(signed_in, manager, draft):
    assert signed_in(manager).get(letter_url(draft, "issue/")).status_code == 405


# The PDF


def test_the_pdf_of_an_issued_letter_is_the_stored_one(signed_in, manager, issued_letter):
    answer = signed_in(manager).get(pdf_url(issued_letter))
    assert b"".join(answer.streaming_content) == issued_letter.pdf.read()
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"] == f'attachment; filename="{issued_letter.reference}.pdf"'


def test_a_draft_can_be_seen_as_a_pdf(signed_in, manager, draft):
    answer = signed_in(manager).get(pdf_url(draft))
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("spoil", ["changed", "gone"])
def test_a_stored_pdf_that_was_altered_is_not_sent(signed_in, manager, issued_letter, spoil):
    path = default_storage.path(issued_letter.pdf.name)
    default_storage.delete(issued_letter.pdf.name)
    if spoil == "changed":
        with open(path, "wb") as file:
            file.write(b"%PDF-1.7 something else")
    answer = signed_in(manager).get(pdf_url(issued_letter))
    assert answer.status_code == 409
    assert "Tell an administrator" in answer.content.decode()
    assert b"something else" not in answer.content


# Sending, withdrawing, replacing


def test_a_letter_is_marked_as_sent_on_a_page_of_its_own(signed_in, manager, issued_letter):
    client = signed_in(manager)
    assert letter_url(issued_letter, "sent/") in client.get(letter_url(issued_letter)).content.decode()
    assert client.get(letter_url(issued_letter, "sent/")).status_code == 200
    form = {
        "version": issued_letter.version,
        "sent_by_channel": SentBy.LETTER,
        "sent_on": calendar.today().isoformat(),
    }
    assert client.post(letter_url(issued_letter, "sent/"), form).url == letter_url(issued_letter)
    page = client.get(letter_url(issued_letter)).content.decode()
    assert "by post" in page
    assert '<strong class="app-tag app-tag--sent">Sent</strong>' in page
    assert letter_url(issued_letter, "sent/") not in page
    assert letter_url(issued_letter, "void/") not in page


@pytest.mark.parametrize(
    "changes",
    [{"sent_on": ""}, {"sent_on": "2999-01-01"}, {"sent_on": "31 June"}, {"sent_by_channel": "event"}],
)
def test_marking_as_sent_refuses_wrong_days_and_channels(signed_in, manager, issued_letter, changes):
    form = {
        "version": issued_letter.version,
        "sent_by_channel": SentBy.LETTER,
        "sent_on": calendar.today().isoformat(),
    }
    assert signed_in(manager).post(letter_url(issued_letter, "sent/"), form | changes).status_code == 422
    issued_letter.refresh_from_db()
    assert issued_letter.sent_on is None


def test_a_draft_is_withdrawn_with_a_reason(signed_in, manager, draft):
    client = signed_in(manager)
    assert client.post(letter_url(draft, "void/"), {"version": 1, "void_reason": ""}).status_code == 422
    client.post(letter_url(draft, "void/"), {"version": 1, "void_reason": "Sent to the wrong address."})
    page = client.get(letter_url(draft)).content.decode()
    for words in (
        "Sent to the wrong address.",
        "This letter was withdrawn and not sent.",
        "Withdrawn, not to be sent",
    ):
        assert words in page
    assert "Draft, not issued" not in page


@pytest.mark.parametrize("step", ["sent/", "void/", "replace/"])
def test_each_action_page_names_its_letter_and_leads_back_to_it(signed_in, manager, issued_letter, step):
    page = signed_in(manager).get(letter_url(issued_letter, step)).content.decode()
    assert f"{issued_letter.title}, to {issued_letter.customer.name} ({issued_letter})" in page
    assert f'href="{issued_letter.get_absolute_url()}">Cancel</a>' in page


@pytest.mark.policy("61")
def test_replacing_a_letter_is_idempotent(signed_in, manager, issued_letter):
    client = signed_in(manager)
    form = {"submission": str(uuid.uuid4())}
    first, again = (client.post(letter_url(issued_letter, "replace/"), form).url for _ in range(2))
    assert first == again
    assert issued_letter.replaced_by.count() == 1
    assert issued_letter.reference in client.get(first).content.decode()


@pytest.mark.policy("61")
def test_a_replacement_and_the_replaced_letter_name_each_other_once_issued(signed_in, manager, issued_letter):
    client = signed_in(manager)
    issued_letter = send_letter(issued_letter, manager)
    assert (
        "what was issued never changes" in client.get(letter_url(issued_letter, "replace/")).content.decode()
    )
    new = actions.replace_letter(letter=issued_letter, by=manager, submission=uuid.uuid4())
    assert "Put right by" not in client.get(letter_url(issued_letter)).content.decode()
    actions.issue_letter(letter=new, by=manager, version=new.version)
    assert "Put right by" in client.get(letter_url(issued_letter)).content.decode()
    sentence = f"takes the place of our letter {issued_letter} of {uk_date(calendar.today())}"
    assert sentence in client.get(letter_url(new)).content.decode()


@pytest.mark.policy("61")
def test_a_replaced_letter_cannot_be_sent_any_more(signed_in, manager, issued_letter):
    new = actions.replace_letter(letter=issued_letter, by=manager, submission=uuid.uuid4())
    actions.issue_letter(letter=new, by=manager, version=new.version)
    assert [row["reference"] for row in task_rows(manager, "letter.send")] == [new.reference]
    client = signed_in(manager)
    old = client.get(letter_url(issued_letter)).content.decode()
    assert f"{new} takes the place of this letter: do not send it. Withdraw it." in old
    assert f'<a class="govuk-button" href="{letter_url(issued_letter, "void/")}">' in old
    assert letter_url(issued_letter, "sent/") not in old
    assert client.get(letter_url(issued_letter, "sent/")).status_code == 403
    with pytest.raises(Refused, match=f"{new} takes the place of this letter"):
        send_letter(issued_letter, manager)
    assert Letter.objects.get(pk=issued_letter.pk).sent_on is None
    assert "takes the place of our letter" not in client.get(letter_url(new)).content.decode()
    actions.void_letter(
        letter=new, by=manager, version=new.reload_locked().version, void_reason="It was right."
    )
    assert letter_url(issued_letter, "sent/") in client.get(letter_url(issued_letter)).content.decode()
    assert send_letter(issued_letter, manager).sent_on == calendar.today()


@pytest.mark.policy("61")
def test_replacing_an_unsent_letter_says_to_mark_it_as_sent_first(signed_in, manager, issued_letter):
    client, first = signed_in(manager), f"If {issued_letter} has gone out, mark it as sent first."
    assert first in client.get(letter_url(issued_letter, "replace/")).content.decode()
    send_letter(issued_letter, manager)
    assert first not in client.get(letter_url(issued_letter, "replace/")).content.decode()


# Permissions


@pytest.fixture
def assigned_letter(draft_for, officer, manager):
    """A letter to a customer who is assigned to the officer."""
    return draft_for(factories.customer(by=officer, assigned_to=officer))


def test_the_assigned_officer_reads_a_letter_once_it_is_issued(signed_in, manager, officer, assigned_letter):
    client = signed_in(officer)
    assert client.get(letter_url(assigned_letter)).status_code == 404
    assert client.get(pdf_url(assigned_letter)).status_code == 404
    actions.issue_letter(letter=assigned_letter, by=manager, version=1)
    page = client.get(letter_url(assigned_letter)).content.decode()
    assert "please write to us" in page
    assert "Mark as sent" not in page
    assert client.get(pdf_url(assigned_letter)).status_code == 200


def test_an_officer_can_change_no_letter_by_requests_made_by_hand(
    signed_in, manager, officer, assigned_letter
):
    issued_letter = actions.issue_letter(letter=assigned_letter, by=manager, version=1)
    client = signed_in(officer)
    for step, form in {
        "": draft_form(issued_letter),
        "issue/": {"version": 2},
        "sent/": {"version": 2, "sent_by_channel": SentBy.LETTER, "sent_on": calendar.today().isoformat()},
        "void/": {"version": 2, "void_reason": "x"},
        "replace/": {"submission": uuid.uuid4()},
    }.items():
        assert client.post(letter_url(issued_letter, step), form).status_code == 403
    issued_letter.refresh_from_db()
    assert (issued_letter.version, Letter.objects.count()) == (2, 1)


def test_hidden_pages_answer_like_absent_ones(signed_in, officer, administrator, issued_letter):
    for user in (officer, administrator):
        client = signed_in(user)
        for step in ("", "preview/", "sent/", "void/", "replace/"):
            hidden, absent = (
                client.get(letter_url(issued_letter, step)),
                client.get(f"/letters/LET-2020-9999/{step}"),
            )
            assert (hidden.status_code, hidden.content) == (404, absent.content)


def test_data_protection_reads_drafts_and_writes_nothing(signed_in, dpo, draft):
    client = signed_in(dpo)
    page = client.get(letter_url(draft)).content.decode()
    assert "please write to us" in page
    assert "<textarea" not in page
    assert client.post(letter_url(draft), draft_form(draft)).status_code == 403


@pytest.mark.parametrize("step", ["", "preview/"])
def test_editing_takes_the_same_queries_for_many_advisers(signed_in, manager, draft, step, queries_of):
    client = signed_in(manager)
    few = queries_of(lambda: client.get(letter_url(draft, step)))
    advisers = [
        AdviceOrganisation.objects.create(name=f"Advice {number}", helps_with="x", contact="y")
        for number in range(30)
    ]
    writing.save_record(draft, by=manager, reason="More", links={"advice": advisers})
    assert queries_of(lambda: client.get(letter_url(draft, step))) == few


def test_a_letters_page_takes_the_same_queries_for_many_replacements(
    signed_in, manager, issued_letter, queries_of
):
    client = signed_in(manager)
    as_issued = {
        name: getattr(issued_letter, name) for name in ("status", "issued_by", "issued_at", "sha256", "pdf")
    }

    def replace():
        new = actions.replace_letter(letter=issued_letter, by=manager, submission=uuid.uuid4())
        overwrite_record(new, **as_issued)

    replace()
    query_count = queries_of(lambda: client.get(letter_url(issued_letter)))
    for _ in range(29):
        replace()
    assert queries_of(lambda: client.get(letter_url(issued_letter))) == query_count
    assert query_count <= 20


def test_a_pdf_leaves_as_it_is_kept_and_its_page_compressed(signed_in, manager, issued_letter):
    client, asked = signed_in(manager), {"accept-encoding": "gzip"}
    assert client.get(issued_letter.get_absolute_url(), headers=asked).headers["Content-Encoding"] == "gzip"
    answer = client.get(f"/letters/{issued_letter.reference}.pdf", headers=asked)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "Content-Encoding" not in answer.headers


# Steps that cannot be taken now


@pytest.mark.beyond("B23")
@pytest.mark.parametrize(
    ("stage", "closed_steps"),
    [
        ("Draft", ["sent", "came-back", "replace"]),
        ("Issued", ["came-back"]),
        ("Sent", ["sent", "void"]),
        ("Handed over", ["sent", "void", "came-back"]),
        ("Came back", ["came-back"]),
        ("Withdrawn", ["sent", "came-back", "void", "enclose", "replace"]),
    ],
)
def test_a_step_that_a_letter_cannot_take_now_leads_back_to_it(
    signed_in, draft, manager, stage, closed_steps
):
    if stage not in ("Draft", "Withdrawn"):
        letter = actions.issue_letter(letter=draft, by=manager, version=draft.version)
    else:
        letter = draft
    if stage == "Withdrawn":
        letter = actions.void_letter(letter=letter, by=manager, version=letter.version, void_reason="A slip.")
    if stage in ("Sent", "Handed over", "Came back"):
        channel = SentBy.OFFICE if stage == "Handed over" else SentBy.LETTER
        letter = send_letter(letter, manager, channel=channel)
    if stage == "Came back":
        letter = actions.record_come_back(
            letter=letter,
            by=manager,
            version=letter.version,
            came_back_on=calendar.today(),
            came_back_reason="No longer at this address.",
        )
    client = signed_in(manager)
    for step in ("sent", "came-back", "void", "enclose", "replace"):
        answer = client.get(letter_url(letter, f"{step}/"))
        expected = 302 if step in closed_steps else 200
        assert answer.status_code == expected, step
        if step in closed_steps:
            page = client.get(answer.url).content.decode()
            assert answer.url == letter.get_absolute_url()
            assert (
                f"{letter.full_title} is at the stage “{letter.stage[1]}”: that cannot be done now." in page
            )
