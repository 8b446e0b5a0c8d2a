"""A letter about a restriction says what matters to somebody who is upset, each once."""

import uuid

import pytest

from cha_engagement.core.records import writing
from cha_engagement.customers.actions import agree_adjustment, confirm_needs
from cha_engagement.customers.actions import change_customer as change_details
from cha_engagement.customers.enums import Channel, ConfirmedWith, Format, NeedCode, Relationship
from cha_engagement.letters.rendering import pdf, placeholders
from cha_engagement.letters.rendering.files import render_markdown
from cha_engagement.letters.rules import issuing
from cha_engagement.organisation.calendar import today
from cha_engagement.organisation.models import AdviceOrganisation
from restrictions.actions import draft_decision_letter, draft_interim_letter
from restrictions.letters.effects import EFFECTS, NOTE, STAYS
from tests import factories
from tests.factories import TERMS_BY_KIND
from tests.letters.test_pdf import pdf_lines

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def adviser(organisation):
    return AdviceOrganisation.objects.create(
        name="Lochside Advice", helps_with="housing", contact="0800 496 0002"
    )


@pytest.fixture
def letter_about(manager, decision):
    """`letter_about(kind, terms)` is the letter about a restriction."""

    def draft(kind="channel", **terms):
        people = {}
        if kind == "named_contact":
            people = {
                "named_contact": factories.staff("ann", "Officer"),
                "deputy": factories.staff("bob", "Officer"),
            }
        facts = {"kind": kind, "terms": TERMS_BY_KIND[kind] | terms, **people}
        factories.restriction(by=manager, decision=decision, **facts)
        return draft_decision_letter(decision=decision, by=manager)

    return draft


def texts_of(letter):
    return placeholders.placeholder_texts(letter)


def change_customer(letter, manager, **facts):
    writing.save_record(letter.customer, by=manager, reason="Known", **facts)


def record_needs(letter, manager, *codes):
    letter.customer.refresh_from_db()
    change_details(
        customer=letter.customer,
        by=manager,
        version=letter.customer.version,
        preferred_format=Format.LARGE_PRINT,
        needs=dict.fromkeys(codes, ""),
        needs_confirmed_with=ConfirmedWith.CUSTOMER,
    )


@pytest.mark.policy("61.3")
@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, "Your tenancy, your repairs and your rent stay as they are."),
        ({"relationship": Relationship.SERVICE_USER}, "Whatever else you have from us stays as it is."),
        ({"tenancy_ended_on": today()}, "Whatever else you have from us stays as it is."),
    ],
)
def test_it_says_what_stays_as_it_is(letter_about, manager, facts, words):
    letter = letter_about()
    change_customer(letter, manager, **facts)
    assert placeholders.filled_text(letter).count(words) == 1


@pytest.mark.policy("21.1", "21.5", "61.3")
@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (
            "channel",
            "If you contact us in another way than this letter asks all the same, we will ask you to keep to what is open",
        ),
        ("named_contact", "If you contact us in another way than this letter asks all the same,"),
        ("volume", "If you contact us more often, for longer or at other times all the same,"),
        ("no_recording_pause", ""),
    ],
)
def test_it_says_what_happens_if_they_contact_us_all_the_same(letter_about, kind, words):
    text = texts_of(letter_about(kind))["if you contact us all the same"]
    assert text.startswith(words) if words else text == ""
    assert "We tell you what we count, so that you can say if it is wrong." in text or not words


@pytest.mark.policy("9", "18")
def test_it_says_which_needs_were_taken_into_account(letter_about, manager):
    letter = letter_about()
    none = texts_of(letter)["needs that we took into account"]
    assert "we knew of no need of yours that it does not fit. If we have missed something, tell us" in none
    change_customer(letter, manager, preferred_language="Polish")
    record_needs(letter, manager, NeedCode.CANNOT_HEAR, NeedCode.LARGE_PRINT, NeedCode.NO_INTERNET)
    agree_adjustment(
        customer=letter.customer, by=manager, submission=uuid.uuid4(), what="Ring before we visit"
    )
    letter.refresh_from_db()
    text = texts_of(letter)["needs that we took into account"]
    for words in (
        "We know that hearing is difficult for you, that you need large print and that you are not online.",
        "We know that your language is Polish.",
        "The adjustments that we have agreed with you go on.",
    ):
        assert words in text, words


@pytest.mark.policy("9")
@pytest.mark.parametrize("is_known", [True, False])
def test_it_says_that_nobody_could_ask_them_yet_and_how_to_tell_us(letter_about, manager, is_known):
    letter = letter_about()
    if is_known:
        record_needs(letter, manager, NeedCode.CANNOT_HEAR)
    letter.customer.refresh_from_db()
    confirm_needs(customer=letter.customer, by=manager, confirmed_with=ConfirmedWith.NOBODY)
    letter.refresh_from_db()
    text = texts_of(letter)["needs that we took into account"]
    assert "We have not been able to ask you" in text
    assert "tell us by any of the ways at the end of this letter" in text
    assert "no need of yours" not in text


@pytest.mark.policy("9")
@pytest.mark.parametrize("code", NeedCode)
def test_each_need_has_words_to_the_customer(code):
    assert render_markdown(f"letters/needs/{code}.md")


@pytest.mark.policy("65")
def test_it_says_that_there_is_a_note_and_apart_from_that_how_to_object_to_it(letter_about):
    section = (
        placeholders.filled_text(letter_about()).split("## The note for our staff\n\n")[1].split("##")[0]
    )
    note, objection = section.strip().split("\n\n")
    assert "a short note for staff" in note
    assert objection.startswith("**You can object to this note.**")


@pytest.mark.policy("21.1")
def test_it_says_how_to_reach_the_named_person_by_ways_that_they_can_use(letter_about, manager):
    letter = letter_about("named_contact", open=["phone", "letter", "email"])
    change_customer(letter, manager, cannot_use=[Channel.EMAIL])
    letter.refresh_from_db()
    text = placeholders.filled_text(letter)
    said = "You can reach them by phone or by letter, through our usual numbers and addresses at the end of this letter: please ask"
    assert said in text
    assert "the numbers and addresses are at the end" not in text
    assert text.count("Please ask for Ann Example, or for Bob Example while they are away.") == 1


@pytest.mark.policy("61.3")
@pytest.mark.parametrize("name", EFFECTS)
def test_it_is_not_issued_without_any_of_these(letter_about, name):
    letter = letter_about()
    assert issuing.check_ready(letter) == []
    letter.body = letter.body.replace(f"[{name}]", "")
    assert [refusal.sentence for refusal in issuing.check_ready(letter)] == [EFFECTS[name].sentence]


@pytest.mark.policy("61.3", "65")
@pytest.mark.beyond("B21")
@pytest.mark.parametrize("name", STAYS | NOTE)
def test_an_interim_letter_says_what_stays_and_that_there_is_a_note(incident, manager, name):
    letter = draft_interim_letter(
        interim=factories.interim_measure(by=manager, incidents=[incident]), by=manager
    )
    assert texts_of(letter)[name]
    letter.body = letter.body.replace(f"[{name}]", "")
    assert f"[{name}]" in " ".join(map(str, issuing.check_ready(letter)))


@pytest.mark.policy("61.3")
@pytest.mark.parametrize(("format_", "most"), [(Format.STANDARD, 3), (Format.LARGE_PRINT, 6)])
def test_a_letter_about_a_decision_stays_short(letter_about, manager, format_, most):
    letter = writing.save_record(letter_about(), by=manager, reason="Chosen", format=format_)
    content = pdf.render_pdf(letter, text=placeholders.filled_text(letter), final=True)
    assert len([*pdf_lines(content)]) <= most
