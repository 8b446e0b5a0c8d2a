"""PDFs are checked when they are enclosed, and again when the letter is issued."""

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pikepdf import Array, Dictionary, Name

from cha_engagement.core.refusals import Incomplete
from cha_engagement.letters import actions
from cha_engagement.letters.enums import SignedAs
from cha_engagement.letters.interfaces import LetterReader
from cha_engagement.letters.models import Enclosure, Letter
from cha_engagement.letters.wording import pdf_texts
from tests.desks import replace_answers

from .. import factories, files
from .test_enclosures import enclose_file, enclose_translation, issue_letter

pytestmark = pytest.mark.django_db


def unfit_reason(file):
    """Return why a file is unfit to be enclosed; empty where it is fit."""
    content = file if isinstance(file, bytes) else files.pdf_bytes(change=file)
    try:
        pdf_texts.read_pdf(content)
    except pdf_texts.UnfitFile as unfit:
        return str(unfit)
    return ""


PASSWORD = {"encryption": pikepdf.Encryption(owner="o", user="u")}
NO_COPYING = {"encryption": pikepdf.Encryption(owner="o", user="", allow=pikepdf.Permissions(extract=False))}


@pytest.mark.policy("61.3")
@pytest.mark.parametrize(
    ("file", "word"),
    [
        (files.pdf_bytes(**PASSWORD), "locked"),
        (files.pdf_bytes(**NO_COPYING), "locked"),
        (files.pdf_bytes()[:-300], "damaged"),
        (b"%PDF-1.7\n%%EOF", "damaged"),
        (files.pdf_bytes(pages=0), "damaged"),
        *files.HARMFUL,
        (files.pdf_bytes().replace(b"/Type /Catalog", b"/OpenAction << /S /#4aavaScript /#4aS (x) >> /Type /Catalog"), "runs a script"),
        (files.picture_bytes(), "a PNG picture, not a PDF"),
        (files.word_document(), "a Word document, not a PDF"),
        (files.pdf_bytes() + files.zip_bytes({"a": "b"}), "an archive (ZIP) hidden behind it"),
        (b"MZ\x90\x00\x03" + bytes(99), "a program for Windows"),
        (files.pdf_bytes(pages=pdf_texts.MAX_PAGES + 1), "in parts"),
    ],
    ids=files.parameter_id,
)  # fmt: skip
def test_a_file_that_cannot_be_opened_or_acts_by_itself_is_refused(file, word):
    assert word in unfit_reason(file)


def link_to(address):
    return files.add_link(Dictionary(S=Name.URI, URI=address))


def set_link_base(base):
    return lambda document: setattr(document.Root, "URI", Dictionary(Base=base))


@pytest.mark.policy("61.3")
@pytest.mark.parametrize(
    "change",
    [
        *map(
            link_to,
            ["javascript:alert(1)", "java\tscript:alert(1)", "file:///c:/a.exe", r"\\server\a.exe", "a.exe"],
        ),
        set_link_base("javascript:alert(1)"),
    ],
)
def test_a_pdf_that_links_to_anything_but_a_page_or_a_person_is_refused(change):
    assert "has a link to something other than a web page" in unfit_reason(change)


@pytest.mark.parametrize(
    "file",
    [
        files.pdf_bytes(),
        *files.HARMLESS,
        *map(link_to, ["http://x.example", "HTTPS://x.example", "mailto:a@x.example", "tel:+441414960777"]),
        set_link_base("https://x.example"),
    ],
    ids=files.parameter_id,
)
def test_an_ordinary_pdf_is_enclosed(file):
    assert unfit_reason(file) == ""


def set_author(name):
    def change(document):
        document.docinfo["/Author"] = name

    return change


def set_xmp_author(document):
    with document.open_metadata() as metadata:
        metadata["dc:creator"] = ["Rowan Example"]


def add_note(document):
    document.pages[0].Annots = Array(
        [
            document.make_indirect(
                Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=[0, 0, 9, 9], T="Rowan Example")
            )
        ]
    )


NAMING = {
    "text": {"text": "Written by Rowan Example."},
    "spaced": {"text": "R o w a n   E x a m p l e"},
    "line": {"text": "Phone 0141 496 0777"},
    "author": {"change": set_author("Rowan Example")},
    "turned round": {"change": set_author("Example, Rowan")},
    "accents apart": {"change": set_author("Rowa\u0301n Example")},
    "account": {"change": set_author("rowan")},
    "XMP": {"change": set_xmp_author},
    "note": {"change": add_note},
}


@pytest.fixture
def rowan(db):
    return factories.staff("rowan", "Officer", phone="0141 496 0777")


@pytest.mark.policy("21.3")
@pytest.mark.parametrize("naming", NAMING.values(), ids=NAMING)
def test_a_pdf_that_names_staff_is_refused_where_names_are_withheld(
    draft, manager, rowan, names_withheld, naming
):
    with pytest.raises(Incomplete) as refused:
        enclose_file(draft, manager, file=SimpleUploadedFile("policy.pdf", files.pdf_bytes(**naming)))
    (refusal,) = refused.value.refusals
    assert refusal.sentence.startswith("This PDF names ")
    assert refusal.field == "file"
    enclose_file(
        draft, manager, file=SimpleUploadedFile("policy.pdf", files.pdf_bytes("Our policy for example"))
    )


@pytest.mark.policy("21.3")
def test_names_withheld_after_a_file_was_enclosed_keep_the_letter_back(
    signed_in, draft, manager, rowan, monkeypatch
):
    enclose_file(draft, manager, file=files.pdf(change=set_author("Rowan Example")))
    replace_answers(monkeypatch, LetterReader, withholds_names=lambda customer: True)
    letter = Letter.objects.get(pk=draft.pk)
    letter = actions.edit_draft(
        letter=letter, by=manager, version=letter.version, advice=letter.advice.all(),
        body=letter.body, signatory=manager, signed_as=SignedAs.TEAM,
    )  # fmt: skip
    with pytest.raises(Incomplete) as refused:
        issue_letter(letter, manager)
    assert "Take away “Our policy”. This PDF names Rowan Example" in str(refused.value)
    client = signed_in(manager)
    page = client.get(f"{letter.get_absolute_url()}preview/").content.decode()
    assert "Take away “Our policy”. This PDF names Rowan Example" in page
    assert client.post(f"{letter.get_absolute_url()}issue/", {"version": letter.version}).status_code == 422


def test_an_altered_enclosure_keeps_the_letter_back(draft, manager):
    enclosure = enclose_file(draft, manager)
    with open(enclosure.file.path, "wb") as file:
        file.write(files.pdf_bytes("Something else"))
    with pytest.raises(Incomplete, match="Enclose it again"):
        issue_letter(draft, manager)


def test_a_translation_attached_later_is_checked_too(issued_letter, manager):
    with pytest.raises(Incomplete, match="locked"):
        enclose_translation(issued_letter, manager, file=files.pdf(**PASSWORD))
    assert not Enclosure.objects.exists()
