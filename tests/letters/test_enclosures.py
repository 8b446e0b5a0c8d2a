import uuid
from hashlib import sha256
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cha_engagement.core.records import Stale, find_history_faults
from cha_engagement.core.refusals import Incomplete, Refused
from cha_engagement.letters import actions
from cha_engagement.letters.models import Enclosure, Letter
from cha_engagement.letters.rules import issuing
from cha_engagement.letters.rules.enclosures import check_enclosures
from cha_engagement.organisation.calendar import add_working_days, today
from tests.timelines import shown_events

from .. import factories, files
from .test_actions import edit_draft
from .test_pdf import pdf_words
from .test_views import draft_form, letter_url

pytestmark = pytest.mark.django_db

CONTENT = files.pdf_bytes()


def pdf_file(content=CONTENT, name="policy.pdf"):
    return SimpleUploadedFile(name, content)


def enclose_file(letter, by, **changes):
    answers = {"file": pdf_file(), "title": "Our policy", "language": "", "translated_by": ""}
    return actions.enclose_file(letter=letter, by=by, submission=uuid.uuid4(), **answers | changes)


def enclose_translation(letter, by, **changes):
    answers = {"title": "", "language": "Polish", "translated_by": "Clydeside Translations"}
    return enclose_file(letter, by, **answers | changes)


def reload(letter):
    return Letter.objects.get(pk=letter.pk)


def issue_letter(letter, by):
    letter = reload(letter)
    return actions.issue_letter(letter=letter, by=by, version=letter.version)


def enclosure_form(**changes):
    form = {
        "submission": str(uuid.uuid4()),
        "file": pdf_file(),
        "title": "",
        "language": "",
        "translated_by": "",
    }
    return form | changes


# Enclosing


def test_a_letters_page_reads_its_enclosures_once(signed_in, manager, draft):
    for _ in range(3):
        enclose_file(draft, manager)
    client, address = signed_in(manager), letter_url(issue_letter(draft, manager))
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    assert sum('FROM "letters_enclosure"' in query["sql"] for query in queries) == 1


@pytest.mark.policy("12")
def test_enclosures_are_listed_below_the_signature_in_every_format(draft, manager):
    enclose_file(draft, manager)
    enclose_translation(draft, manager)
    letter = issue_letter(draft, manager)
    named = "Enclosed:\n- Our policy\n- This letter in Polish, translated by Clydeside Translations\n"
    assert letter.plain_text.endswith(named)
    assert "Enclosed:OurpolicyThisletterinPolish,translatedby" in pdf_words(letter.pdf.read())


def test_a_letter_without_enclosures_does_not_mention_any(issued_letter):
    assert "Enclosed" not in issued_letter.plain_text


def test_an_enclosure_is_stored_with_its_hash_under_a_random_name(draft, manager):
    enclosure = enclose_file(draft, manager)
    assert enclosure.sha256 == sha256(CONTENT).hexdigest()
    assert enclosure.file.read() == CONTENT
    assert "policy" not in enclosure.file.name
    assert [row.enclosures.count() for row in reload(draft).history.order_by("sequence")] == [0, 1]
    assert find_history_faults(reload(draft)) == []


@pytest.mark.parametrize(
    ("content", "word"),
    [(b"", "empty"), (CONTENT + bytes(5_000), "larger"), (b"MZ program", "not a PDF")],
    ids=files.parameter_id,
)
def test_an_empty_too_large_or_other_file_is_refused_beside_its_field(
    draft, manager, settings, content, word
):
    settings.EVIDENCE_MAX_BYTES = 5_000
    with pytest.raises(Incomplete) as refused:
        enclose_file(draft, manager, file=pdf_file(content))
    assert [(word in refusal.sentence, refusal.field) for refusal in refused.value.refusals] == [
        (True, "file")
    ]
    assert not Enclosure.objects.exists()


@pytest.mark.policy("9")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"language": "Polish"}, "translated_by"),
        ({"translated_by": "Ann"}, "language"),
    ],
)
def test_an_enclosure_needs_a_title_or_language_and_translator(draft, manager, changes, field):
    with pytest.raises(Incomplete) as refused:
        enclose_file(draft, manager, **changes)
    assert [refusal.field for refusal in refused.value.refusals] == [field]


def test_an_officer_encloses_nothing(draft, officer):
    with pytest.raises(Refused):
        enclose_file(draft, officer)


@pytest.mark.policy("21.3", "61.1")
def test_the_title_of_an_enclosure_is_checked(draft_for, customer, manager, names_withheld):
    factories.staff("rowan")
    letter = draft_for(customer)
    enclose_file(letter, manager, title="A rude note of Rowan Example")
    assert {refusal.field for refusal in issuing.check_ready(reload(letter))} == {"body", "wording_reason"}


def test_save_and_enclose_saves_the_draft_and_asks_for_the_file(signed_in, manager, draft):
    client = signed_in(manager)
    answer = client.post(letter_url(draft), draft_form(draft, body="Other words.", letter_enclose="yes"))
    assert answer.url == letter_url(draft, "enclose/")
    assert reload(draft).body == "Other words."
    assert client.post(answer.url, enclosure_form(title="Our policy")).url == letter_url(draft)
    page = client.get(letter_url(draft)).content.decode()
    assert Enclosure.objects.get().get_absolute_url() in page
    assert "Enclosed:<br>Our policy" in page


def test_a_file_that_is_sent_twice_is_enclosed_once(signed_in, manager, draft):
    form = enclosure_form(title="Our policy")
    for _ in range(2):
        assert (
            signed_in(manager).post(letter_url(draft, "enclose/"), form | {"file": pdf_file()}).status_code
            == 302
        )
    assert reload(draft).enclosures.count() == 1


def test_a_refused_enclosure_keeps_the_typed_answers(signed_in, manager, draft):
    answer = signed_in(manager).post(
        letter_url(draft, "enclose/"), enclosure_form(title="Our policy", file=pdf_file(b"x"))
    )
    assert answer.status_code == 422
    assert "Save it as a PDF" in answer.content.decode()
    assert answer.context["form"]["title"].value() == "Our policy"


def test_a_file_is_asked_for_again_after_another_error(signed_in, manager, draft):
    """The browser does not keep it, and nobody would see that it is gone."""
    answer = signed_in(manager).post(letter_url(draft, "enclose/"), enclosure_form(title=""))
    assert answer.status_code == 422
    assert answer.context["form"].errors == {
        "title": ["Say what it is or, of a translation of the letter, the language. (policy §61.3)"],
        "file": ["“File” is not saved yet. Choose it again."],
    }


def test_a_translation_needs_its_language_and_translator(signed_in, manager, issued_letter):
    answer = signed_in(manager).post(letter_url(issued_letter, "enclose/"), enclosure_form())
    assert set(answer.context["form"].errors) == {"language", "translated_by", "file"}


def test_an_unticked_enclosure_is_taken_away(signed_in, manager, draft):
    kept, removed = enclose_file(draft, manager), enclose_file(draft, manager, title="A map")
    client = signed_in(manager)
    client.post(letter_url(draft), draft_form(reload(draft), enclosures=[kept.reference]))
    assert [*reload(draft).enclosures.all()] == [kept]
    assert client.get(removed.get_absolute_url()).status_code == 404
    client.post(letter_url(draft), draft_form(reload(draft)))
    assert not reload(draft).enclosures.exists()


def test_saving_a_draft_that_got_an_enclosure_meanwhile_is_stale(signed_in, manager, draft):
    stale_form = draft_form(draft)
    enclose_file(draft, manager)
    assert signed_in(manager).post(letter_url(draft), stale_form).status_code == 409
    assert reload(draft).enclosures.count() == 1


def test_a_draft_is_not_issued_without_what_was_enclosed_meanwhile(draft, manager):
    opened = reload(draft)
    enclose_file(draft, manager)
    with pytest.raises(Stale):
        actions.issue_letter(letter=opened, by=manager, version=opened.version)


@pytest.mark.policy("61")
def test_the_enclosures_of_an_issued_letter_never_change(issued_letter, manager):
    with pytest.raises(Stale):
        enclose_file(issued_letter, manager)
    with pytest.raises(Stale):
        edit_draft(issued_letter, manager, enclosures=[])


def test_a_replacement_encloses_the_same_files_but_no_translation_of_the_old_letter(draft, manager):
    enclosed = enclose_file(draft, manager)
    enclose_translation(draft, manager)
    new = actions.replace_letter(letter=issue_letter(draft, manager), by=manager, submission=uuid.uuid4())
    assert [*new.enclosures.all()] == [enclosed]


# Translations


@pytest.mark.policy("9", "61.3")
def test_a_translation_can_be_attached_to_an_issued_letter(signed_in, manager, officer, draft_for):
    letter = draft_for(factories.customer(by=officer, preferred_language="Polish"))
    client = signed_in(manager)
    assert "Their preferred language: Polish." in client.get(letter_url(letter)).content.decode()
    letter = issue_letter(letter, manager)
    before = letter.pdf.read(), letter.plain_text, letter.sha256
    assert letter_url(letter, "enclose/") in client.get(letter_url(letter)).content.decode()
    assert client.get(letter_url(letter, "enclose/")).context["form"]["language"].value() == "Polish"
    client.post(
        letter_url(letter, "enclose/"),
        enclosure_form(language="Polish", translated_by="Clydeside Translations"),
    )
    page = client.get(letter_url(letter)).content.decode()
    assert "This letter in Polish, translated by Clydeside Translations</a>" in page
    assert "Enclosed:" not in page
    letter = reload(letter)
    assert (letter.pdf.read(), letter.plain_text, letter.sha256) == before
    assert find_history_faults(letter) == []


def test_a_withdrawn_letter_is_not_translated(signed_in, manager, draft):
    void = actions.void_letter(letter=draft, by=manager, version=1, void_reason="Wrong address.")
    assert "Attach a translation" not in signed_in(manager).get(letter_url(void)).content.decode()
    with pytest.raises(Stale):
        enclose_translation(void, manager)


@pytest.mark.beyond("B36")
def test_a_translation_of_an_issued_letter_is_attached_by_somebody_else(
    signed_in, officer, manager, draft_for
):
    colleague, third = (factories.staff(name, "Manager") for name in ("colleague", "third"))
    letter = draft_for(factories.customer(by=officer, preferred_language="Polish"))
    letter = actions.issue_letter(letter=letter, by=colleague, version=letter.version)
    for person in (manager, colleague):
        with pytest.raises(Refused, match=f"{third} is there"):
            enclose_translation(letter, person)
        page = signed_in(person).get(letter_url(letter)).content.decode()
        assert f"{third} is there" in page
        assert "Attach a translation" not in page
    assert enclose_translation(letter, third)
    third.away_until = add_working_days(today(), 3)
    third.save()
    assert enclose_translation(letter, manager)


@pytest.mark.policy("9")
def test_a_translation_is_named_on_the_customers_timeline(draft, manager):
    enclose_translation(draft, manager)
    events = shown_events(draft.customer, manager)
    texts = [event.text for event in events if event.kind == "letter.translate"]
    assert texts == ["Translation attached: This letter in Polish, translated by Clydeside Translations"]


# Reading


@pytest.mark.policy("65")
def test_readers_of_a_letter_may_read_its_enclosures(signed_in, manager, officer, administrator, draft_for):
    letter = draft_for(factories.customer(by=officer, assigned_to=officer))
    path = enclose_file(letter, manager).get_absolute_url()
    assert signed_in(officer).get(path).status_code == 404
    issue_letter(letter, manager)
    answer = signed_in(officer).get(path)
    assert b"".join(answer.streaming_content) == CONTENT
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert signed_in(administrator).get(path).status_code == 404


@pytest.mark.parametrize("spoil", ["changed", "gone"])
def test_an_enclosure_that_was_altered_is_not_sent(signed_in, manager, draft, spoil):
    enclosure = enclose_file(draft, manager)
    path = default_storage.path(enclosure.file.name)
    default_storage.delete(enclosure.file.name)
    if spoil == "changed":
        with open(path, "wb") as other:
            other.write(b"%PDF-1.7 something else")
    answer = signed_in(manager).get(enclosure.get_absolute_url())
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Tell an administrator" in page
    assert f'href="{letter_url(draft)}"' in page


@pytest.mark.parametrize("step", ["", "preview/", "enclose/"])
def test_a_letters_pages_take_the_same_queries_for_many_enclosures(
    signed_in, manager, draft, step, queries_of
):
    client = signed_in(manager)
    enclose_file(draft, manager)
    few = queries_of(lambda: client.get(letter_url(draft, step)))
    for number in range(29):
        enclose_file(draft, manager, title=f"Leaflet {number}")
    assert queries_of(lambda: client.get(letter_url(draft, step))) == few


def test_a_letter_is_not_issued_with_a_file_that_was_changed_on_disk(draft, manager):
    enclosure = enclose_file(draft, manager)
    path = Path(enclosure.file.path)
    path.chmod(0o600)
    path.write_bytes(CONTENT + b"%")
    sentences = [refusal.sentence for refusal in check_enclosures(reload(draft))]
    assert sentences == [f"Take away “{enclosure}”. Its file cannot be trusted. Enclose it again."]
