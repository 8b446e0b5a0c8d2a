"""Letters of the demonstration are issued and posted here; one is made here, in two languages, about a matter of every day."""

from collections.abc import Mapping
from functools import partial

from django.core.files.uploadedfile import SimpleUploadedFile
from weasyprint import HTML

from cha_engagement.demo.customers import customer
from cha_engagement.demo.demonstration import Demonstration
from cha_engagement.demo.staff import person
from cha_engagement.letters import actions
from cha_engagement.letters.enums import SentBy
from cha_engagement.letters.letters import GENERAL
from cha_engagement.letters.models import Letter
from cha_engagement.letters.queries import second_reader
from cha_engagement.letters.rules import delivery
from cha_engagement.letters.rules.second_reader import may_read
from cha_engagement.letters.wording.own_words import find_letter_overreach
from cha_engagement.organisation.calendar import today
from cha_engagement.organisation.models import AdviceOrganisation
from cha_engagement.staff.models import StaffMember

READERS = ("manager2", "ccsm", "manager")
ADVISER = "Lochside Advice Centre"
READ_OUT = (
    "Posted, and read out to them over the phone on the same day, with an interpreter where they wanted one."
)
REQUEST = (
    "We would like to look at the water tank in your home, so that your water stays clean. It takes about twenty minutes.\n\n"
    "Please tell us a day and a time that suit you. If you would like an interpreter, tell us. It costs you nothing."
)
IN_UKRAINIAN = """<html lang="uk"><title>Огляд бака для води</title>
<h1>Огляд бака для води</h1>
<p>Доброго дня, Дмитре!</p>
<p>Ми хотіли б оглянути бак для води у Вашому помешканні, щоб вода залишалася чистою. Це триває близько двадцяти хвилин.</p>
<p>Будь ласка, повідомте нам день і час, які Вам зручні. Якщо Вам потрібен перекладач, скажіть нам. Для Вас це безкоштовно.</p>
"""


def plan(demonstration: Demonstration) -> None:
    demonstration.plan(53, "11:00", partial(write_in_two_languages, demonstration))


def write_in_two_languages(demonstration: Demonstration) -> None:
    manager, dmytro = person("manager"), customer("Dmytro Kovalenko")
    letter = actions.draft_letter(
        customer=dmytro,
        kind=GENERAL,
        about=dmytro,
        by=manager,
        submission=demonstration.submission(),
        subject="A visit to look at your water tank",
    )
    body = letter.body.replace("We are writing to you about something that concerns you.", REQUEST)
    letter = issue_letter(letter, by=manager, body=body)
    actions.enclose_file(
        letter=letter,
        by=person("manager2"),
        submission=demonstration.submission(),
        file=SimpleUploadedFile("ukrainian.pdf", HTML(string=IN_UKRAINIAN).write_pdf()),
        language=dmytro.preferred_language,
        translated_by="Clydeside Translations",
    )
    letter.refresh_from_db()
    post_letter(letter, by=manager)


def fill_in_sections(body: str, words_below: Mapping[str, str]) -> str:
    """Return the text of a draft with what only its writer can say, below its headings."""
    for heading, words in words_below.items():
        body = body.replace(f"## {heading}\n", f"## {heading}\n\n{words}\n")
    return body


def issue_letter(letter: Letter, *, by: StaffMember, **changes: str) -> Letter:
    """Issue a draft with its writer's `changes`, and of all advisers that a draft tells of the one who fits."""
    letter = actions.edit_draft(
        letter=letter,
        by=by,
        version=letter.version,
        advice=AdviceOrganisation.objects.filter(name=ADVISER),
        signed_as=letter.signed_as,
        signatory=letter.signatory,
        **changes,
    )
    if second_reader.reason_to_read(letter, find_letter_overreach(letter)):
        letter = actions.ask_second_reader(letter=letter, by=by, version=letter.version)
        letter = finish_reading(letter)
    letter = actions.issue_letter(letter=letter, by=by, version=letter.version)
    return finish_reading(letter) if second_reader.is_waiting(letter) else letter


def finish_reading(letter: Letter) -> Letter:
    reader = next(reader for reader in map(person, READERS) if not may_read(reader, letter))
    return actions.finish_reading(
        letter=letter,
        by=reader,
        version=letter.version,
        digest=second_reader.current_digest(letter),
        is_ready=True,
    )


def post_letter(letter: Letter, *, by: StaffMember) -> Letter:
    doubts = [*delivery.delivery_doubts(letter), *delivery.channel_doubts(letter, SentBy.LETTER)]
    return actions.send_letter(
        letter=letter,
        by=by,
        version=letter.version,
        sent_by_channel=SentBy.LETTER,
        sent_on=today(),
        sent_reason=READ_OUT if doubts else "",
    )
