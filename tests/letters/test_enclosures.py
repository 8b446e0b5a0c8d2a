import uuid
from hashlib import sha256

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cha_engagement.core.hub import timeline
from cha_engagement.core.records import Stale, find_history_faults
from cha_engagement.core.refusals import Incomplete, Refused
from cha_engagement.letters import actions
from cha_engagement.letters.models import Enclosure, Letter
from cha_engagement.letters.rules import issuing
from cha_engagement.organisation.calendar import add_working_days, today

from .. import factories, files
from .test_actions import edit
from .test_pdf import words
from .test_views import typed, url

pytestmark = pytest.mark.django_db

CONTENT = files.pdf_bytes()


def file(content=CONTENT, name="policy.pdf"):
    return SimpleUploadedFile(name, content)


def enclose(letter, by, **changes):
    asked = {"file": file(), "title": "Our policy", "language": "", "translated_by": ""}
    return actions.enclose_file(letter=letter, by=by, submission=uuid.uuid4(), **asked | changes)


def translate(letter, by, **changes):
    told = {"title": "", "language": "Polish", "translated_by": "Clydeside Translations"}
    return enclose(letter, by, **told | changes)


def now(letter):
    return Letter.objects.get(pk=letter.pk)


def issue(letter, by):
    letter = now(letter)
    return actions.issue_letter(letter=letter, by=by, version=letter.version)


def posted(**changes):
    form = {"submission": str(uuid.uuid4()), "file": file(), "title": "", "language": "", "translated_by": ""}
    return form | changes


# What goes with a letter


def test_the_page_of_a_letter_reads_what_is_enclosed_once(signed_in, manager, draft):
    for _ in range(3):
        enclose(draft, manager)
    client, address = signed_in(manager), url(issue(draft, manager))
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    assert sum('FROM "letters_enclosure"' in query["sql"] for query in queries) == 1


@pytest.mark.policy("12")
def test_an_enclosure_is_named_below_the_signature_in_every_form(draft, manager):
    enclose(draft, manager)
    translate(draft, manager)
    letter = issue(draft, manager)
    named = "Enclosed:\n- Our policy\n- This letter in Polish, translated by Clydeside Translations\n"
    assert letter.plain_text.endswith(named)
    assert "Enclosed:OurpolicyThisletterinPolish,translatedby" in words(letter.pdf.read())


def test_a_letter_with_nothing_enclosed_does_not_speak_of_it(issued):
    assert "Enclosed" not in issued.plain_text


def test_an_enclosure_is_kept_with_its_hash_under_a_name_that_tells_nothing(draft, manager):
    enclosure = enclose(draft, manager)
    assert enclosure.sha256 == sha256(CONTENT).hexdigest()
    assert enclosure.file.read() == CONTENT
    assert "policy" not in enclosure.file.name
    assert [row.enclosures.count() for row in now(draft).history.order_by("sequence")] == [0, 1]
    assert find_history_faults(now(draft)) == []


@pytest.mark.parametrize(
    ("content", "word"),
    [(b"", "empty"), (CONTENT + bytes(5_000), "larger"), (b"MZ program", "not a PDF")],
    ids=files.parameter_id,
)
def test_what_is_empty_too_large_or_no_pdf_is_refused_beside_the_file(
    draft, manager, settings, content, word
):
    settings.EVIDENCE_MAX_BYTES = 5_000
    with pytest.raises(Incomplete) as refused:
        enclose(draft, manager, file=file(content))
    assert [(word in one.sentence, one.field) for one in refused.value.refusals] == [(True, "file")]
    assert not Enclosure.objects.exists()


@pytest.mark.policy("9")
@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"title": ""}, "title"),
        ({"language": "Polish"}, "translated_by"),
        ({"translated_by": "Ann"}, "language"),
    ],
)
def test_what_it_is_and_who_translated_it_must_be_said(draft, manager, said, field):
    with pytest.raises(Incomplete) as refused:
        enclose(draft, manager, **said)
    assert [one.field for one in refused.value.refusals] == [field]


def test_an_officer_encloses_nothing(draft, officer):
    with pytest.raises(Refused):
        enclose(draft, officer)


@pytest.mark.policy("21.3", "61.1")
def test_what_an_enclosure_is_called_is_looked_over(draft_for, customer, manager, names_withheld):
    factories.staff("rowan")
    letter = draft_for(customer)
    enclose(letter, manager, title="A rude note of Rowan Example")
    assert {one.field for one in issuing.check_ready(now(letter))} == {"body", "wording_reason"}


def test_from_the_edit_page_the_text_is_saved_and_the_file_is_chosen(signed_in, manager, draft):
    client = signed_in(manager)
    answer = client.post(url(draft), typed(draft, body="Other words.", letter_enclose="yes"))
    assert answer.url == url(draft, "enclose/")
    assert now(draft).body == "Other words."
    assert client.post(answer.url, posted(title="Our policy")).url == url(draft)
    page = client.get(url(draft)).content.decode()
    assert Enclosure.objects.get().get_absolute_url() in page
    assert "Enclosed:<br>Our policy" in page


def test_a_file_that_is_sent_twice_is_enclosed_once(signed_in, manager, draft):
    form = posted(title="Our policy")
    for _ in range(2):
        assert signed_in(manager).post(url(draft, "enclose/"), form | {"file": file()}).status_code == 302
    assert now(draft).enclosures.count() == 1


def test_an_enclosure_that_is_refused_loses_nothing_that_was_typed(signed_in, manager, draft):
    answer = signed_in(manager).post(url(draft, "enclose/"), posted(title="Our policy", file=file(b"x")))
    assert answer.status_code == 422
    assert "Save it as a PDF" in answer.content.decode()
    assert answer.context["form"]["title"].value() == "Our policy"


def test_a_file_is_asked_for_again_where_something_else_is_to_be_put_right(signed_in, manager, draft):
    """The browser does not keep it, and nobody would see that it is gone."""
    answer = signed_in(manager).post(url(draft, "enclose/"), posted(title=""))
    assert answer.status_code == 422
    assert answer.context["form"].errors == {
        "title": ["Say what it is or, of a translation of the letter, the language. (policy §61.3)"],
        "file": ["“File” is not kept yet. Choose it again."],
    }


def test_of_a_translation_the_language_and_the_translator_are_asked(signed_in, manager, issued):
    answer = signed_in(manager).post(url(issued, "enclose/"), posted())
    assert set(answer.context["form"].errors) == {"language", "translated_by", "file"}


def test_what_is_no_longer_ticked_does_not_go_with_the_letter(signed_in, manager, draft):
    kept, gone = enclose(draft, manager), enclose(draft, manager, title="A map")
    client = signed_in(manager)
    client.post(url(draft), typed(now(draft), enclosures=[kept.reference]))
    assert [*now(draft).enclosures.all()] == [kept]
    assert client.get(gone.get_absolute_url()).status_code == 404
    client.post(url(draft), typed(now(draft)))
    assert not now(draft).enclosures.exists()


def test_a_letter_saved_by_hand_that_never_saw_an_enclosure_is_told_of_it(signed_in, manager, draft):
    seen = typed(draft)
    enclose(draft, manager)
    assert signed_in(manager).post(url(draft), seen).status_code == 409
    assert now(draft).enclosures.count() == 1


def test_a_draft_to_which_something_was_enclosed_meanwhile_is_not_issued_without_it(draft, manager):
    opened = now(draft)
    enclose(draft, manager)
    with pytest.raises(Stale):
        actions.issue_letter(letter=opened, by=manager, version=opened.version)


@pytest.mark.policy("61")
def test_with_an_issued_letter_goes_nothing_more_and_nothing_less(issued, manager):
    with pytest.raises(Stale):
        enclose(issued, manager)
    with pytest.raises(Stale):
        edit(issued, manager, enclosures=[])


def test_a_new_letter_in_its_place_encloses_the_same_but_no_translation_of_the_old_words(draft, manager):
    enclosed = enclose(draft, manager)
    translate(draft, manager)
    new = actions.replace_letter(letter=issue(draft, manager), by=manager, submission=uuid.uuid4())
    assert [*new.enclosures.all()] == [enclosed]


# Translations


@pytest.mark.policy("9", "61.3")
def test_a_translation_is_attached_to_a_letter_that_was_issued_and_stands_beside_it(
    signed_in, manager, officer, draft_for
):
    letter = draft_for(factories.customer(by=officer, preferred_language="Polish"))
    client = signed_in(manager)
    assert "Their preferred language: Polish." in client.get(url(letter)).content.decode()
    letter = issue(letter, manager)
    before = letter.pdf.read(), letter.plain_text, letter.sha256
    assert url(letter, "enclose/") in client.get(url(letter)).content.decode()
    assert client.get(url(letter, "enclose/")).context["form"]["language"].value() == "Polish"
    client.post(url(letter, "enclose/"), posted(language="Polish", translated_by="Clydeside Translations"))
    page = client.get(url(letter)).content.decode()
    assert "This letter in Polish, translated by Clydeside Translations</a>" in page
    assert "Enclosed:" not in page
    letter = now(letter)
    assert (letter.pdf.read(), letter.plain_text, letter.sha256) == before
    assert find_history_faults(letter) == []


def test_a_withdrawn_letter_is_not_translated(signed_in, manager, draft):
    void = actions.void_letter(letter=draft, by=manager, version=1, void_reason="Wrong address.")
    assert "Attach a translation" not in signed_in(manager).get(url(void)).content.decode()
    with pytest.raises(Stale):
        translate(void, manager)


@pytest.mark.beyond("B36")
def test_what_goes_out_beside_an_issued_letter_was_read_by_somebody_who_neither_wrote_nor_issued_it(
    signed_in, officer, manager, draft_for
):
    colleague, third = (factories.staff(name, "Manager") for name in ("colleague", "third"))
    letter = draft_for(factories.customer(by=officer, preferred_language="Polish"))
    letter = actions.issue_letter(letter=letter, by=colleague, version=letter.version)
    for person in (manager, colleague):
        with pytest.raises(Refused, match=f"{third} is there"):
            translate(letter, person)
        page = signed_in(person).get(url(letter)).content.decode()
        assert f"{third} is there" in page
        assert "Attach a translation" not in page
    assert translate(letter, third)
    third.away_until = add_working_days(today(), 3)
    third.save()
    assert translate(letter, manager)


@pytest.mark.policy("9")
def test_a_translation_is_named_on_the_customers_timeline(draft, manager):
    translate(draft, manager)
    rows = [row for source in timeline for row in source(draft.customer, manager)]
    told = [row["row_text"] for row in rows if row["row_kind"] == "letter.translate"]
    assert told == ["Translation attached: This letter in Polish, translated by Clydeside Translations"]


# Who reads them


@pytest.mark.policy("65")
def test_who_may_read_the_letter_may_read_what_goes_with_it(
    signed_in, manager, officer, administrator, draft_for
):
    letter = draft_for(factories.customer(by=officer, assigned_to=officer))
    path = enclose(letter, manager).get_absolute_url()
    assert signed_in(officer).get(path).status_code == 404
    issue(letter, manager)
    answer = signed_in(officer).get(path)
    assert b"".join(answer.streaming_content) == CONTENT
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert signed_in(administrator).get(path).status_code == 404


@pytest.mark.parametrize("spoil", ["changed", "gone"])
def test_an_enclosure_that_was_altered_is_not_sent(signed_in, manager, draft, spoil):
    enclosure = enclose(draft, manager)
    path = default_storage.path(enclosure.file.name)
    default_storage.delete(enclosure.file.name)
    if spoil == "changed":
        with open(path, "wb") as other:
            other.write(b"%PDF-1.7 something else")
    answer = signed_in(manager).get(enclosure.get_absolute_url())
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Tell an administrator" in page
    assert f'href="{url(draft)}"' in page


@pytest.mark.parametrize("step", ["", "preview/", "enclose/"])
def test_a_letter_asks_the_database_as_often_for_many_enclosures(signed_in, manager, draft, step, queries_of):
    client = signed_in(manager)
    enclose(draft, manager)
    few = queries_of(lambda: client.get(url(draft, step)))
    for number in range(29):
        enclose(draft, manager, title=f"Leaflet {number}")
    assert queries_of(lambda: client.get(url(draft, step))) == few
