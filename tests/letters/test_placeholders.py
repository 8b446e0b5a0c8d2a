import pytest

from cha_engagement.core.records import writing
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.enums import INBOUND_CHANNELS, Channel
from cha_engagement.letters.enums import SignedAs
from cha_engagement.letters.interfaces import LetterReader
from cha_engagement.letters.rendering import placeholders
from cha_engagement.letters.rendering.markdown import placeholder_names
from cha_engagement.letters.rules import issuing
from cha_engagement.letters.wording.contacts import find_closed_contacts
from restrictions.contact_plan import combine_into_plan
from restrictions.models import InterimMeasure
from tests.desks import replace_answers
from tests.overwriting import overwrite_record

from .. import factories
from .test_actions import edit_draft

pytestmark = pytest.mark.django_db


def remove_words(draft, manager, words):
    return writing.save_record(draft, by=manager, reason="Changed", body=draft.body.replace(words, ""))


def refusal_paragraphs(refusals):
    return [refusal.paragraph for refusal in refusals]


def test_a_fresh_draft_lacks_nothing(draft):
    assert issuing.check_ready(draft) == []


@pytest.mark.parametrize(
    ("placeholder", "paragraph"),
    [
        pytest.param("how to contact us", "5", marks=pytest.mark.policy("5")),
        pytest.param("adjustments and formats", "9", marks=pytest.mark.policy("9")),
        pytest.param("criticism is welcome", "45"),
        pytest.param("what always stays open", "B2", marks=pytest.mark.beyond("B2")),
        pytest.param("how to appeal", "B3", marks=pytest.mark.beyond("B3")),
    ],
)
def test_each_missing_placeholder_is_named_with_its_paragraph(draft, manager, placeholder, paragraph):
    (refusal,) = issuing.check_ready(remove_words(draft, manager, f"[{placeholder}]"))
    assert f"[{placeholder}]" in refusal.sentence
    assert refusal.paragraph == paragraph


def test_an_unknown_placeholder_is_refused(draft, manager):
    changed = writing.save_record(draft, by=manager, reason="Changed", body=draft.body + "\n\n[our promise]")
    (refusal,) = issuing.check_ready(changed)
    assert "[our promise]" in refusal.sentence


@pytest.mark.beyond("B3")
@pytest.mark.parametrize(
    ("detail", "named"),
    [
        ("emergency_phone", "emergency repairs line"),
        ("ombudsman_contact", "ombudsman"),
        ("ombudsman_name", "ombudsman"),
    ],
)
def test_a_missing_detail_of_the_association_is_named(draft, organisation, detail, named):
    setattr(organisation, detail, "")
    organisation.save()
    refusals = issuing.check_ready(draft)
    assert refusals
    assert all(named in refusal.sentence for refusal in refusals)


def test_an_unused_detail_of_the_association_is_not_asked_for(draft, organisation):
    organisation.complaints_contact = ""
    organisation.save()
    assert issuing.check_ready(draft) == []


@pytest.mark.policy("5", "9")
@pytest.mark.beyond("B2")
def test_a_general_letter_begins_with_the_required_placeholders_alone(draft_for, customer):
    letter = draft_for(customer, kind="general", subject="Your repair")
    assert {*placeholder_names(letter.body)} == {*issuing.REQUIRED_IN_EVERY_LETTER}
    assert issuing.check_ready(letter) == []


@pytest.mark.policy("8")
def test_a_letter_that_tells_of_advice_needs_an_adviser(draft, manager):
    writing.save_record(draft, by=manager, reason="None fits", links={"advice": []})
    assert refusal_paragraphs(issuing.check_ready(draft)) == ["8"]


@pytest.mark.policy("8")
def test_the_chosen_advisers_are_in_the_letter(draft):
    text = placeholders.filled_text(draft)
    assert "Lochside Advice" in text
    assert "Phone 0800 496 0002, 1 High Street" in text


def test_an_adviser_is_described_in_whole_sentences(draft, adviser):
    line = "**Lochside Advice.** Housing and benefits. Phone 0800 496 0002"
    assert line in placeholders.filled_text(draft)
    adviser.helps_with = "Housing and benefits."
    adviser.save()
    assert line in placeholders.filled_text(draft)


@pytest.mark.policy("5", "9")
def test_a_letter_names_open_channels_alone(organisation):
    text = placeholders.describe_channels(
        organisation, combine_into_plan([InterimMeasure(closed=[Channel.PHONE, Channel.OFFICE])])
    )
    assert "by email" in text
    assert "by letter" in text
    for closed in ("phone", "call", "0141", "in person", "office"):
        assert closed not in text


@pytest.mark.beyond("B2")
def test_a_letter_that_leaves_no_channel_open_is_refused(organisation):
    plan = combine_into_plan([InterimMeasure(closed=[*INBOUND_CHANNELS])])
    assert placeholders.describe_channels(organisation, plan).paragraph == "B2"


@pytest.mark.beyond("B2")
def test_a_letter_says_what_always_stays_open(draft):
    text = placeholders.filled_text(draft)
    for words in (
        "0800 496 0001",
        "in danger",
        "information that we hold about you",
        "freedom of information",
        "Ombudsman",
    ):
        assert words in text


def test_details_of_the_association_are_escaped(draft, organisation):
    organisation.name = "Loch*side* [the ombudsman]"
    organisation.save()
    assert r"Loch\*side\* \[the ombudsman\]" in placeholders.filled_text(draft)


def test_an_unsuitable_signatory_is_refused_and_the_team_is_not(draft, manager, monkeypatch):
    replace_answers(
        monkeypatch,
        LetterReader,
        check_signatory=lambda customer, signatory: [Refusal("No contact was agreed.", "60", "signatory")],
    )
    assert refusal_paragraphs(issuing.check_ready(draft)) == ["60"]
    assert (
        issuing.check_ready(writing.save_record(draft, by=manager, reason="Changed", signed_as=SignedAs.TEAM))
        == []
    )


def test_a_former_colleague_does_not_sign(draft, manager):
    draft.signatory = factories.staff("former", "Manager", is_active=False)
    (refusal,) = issuing.check_ready(draft)
    assert refusal.field == "signatory"


def test_a_letter_with_a_placeholder_that_nobody_knows_is_not_issued(draft):
    overwrite_record(draft, body=f"{draft.body}\n\n[no such thing]")
    draft.refresh_from_db()
    assert "[no such thing]" in " ".join(refusal.sentence for refusal in issuing.check_ready(draft))


@pytest.mark.policy("21.1")
def test_a_letter_that_leads_by_a_closed_channel_is_not_issued(draft, manager, organisation, monkeypatch):
    draft = edit_draft(draft, manager, body=f"{draft.body}\n\nPhone us on {organisation.phone}.")
    assert issuing.check_ready(draft) == []
    replace_answers(monkeypatch, LetterReader, closed_channels=lambda letter, day: {Channel.PHONE})
    (refusal,) = issuing.check_ready(draft)
    assert organisation.phone in refusal.sentence


@pytest.mark.policy("21.1")
@pytest.mark.parametrize(
    ("written", "is_named"),
    [
        ("0141 496 0000", True),
        ("+44 141 496 0000", True),
        ("+44 (0)141 496 0000", True),
        ("0044 141 4960000", True),
        ("0141.496.0000", True),
        ("(0141) 496–0000", True),
        ("０１４１ ４９６ ００００", True),
        ("0141\n496 0000", True),
        ("0141 496 00001", False),
        ("10141 496 0000", False),
    ],
)
def test_a_number_of_ours_is_found_however_it_is_written(organisation, written, is_named):
    organisation.phone = "0141 496 0000"
    organisation.save()
    found = list(find_closed_contacts(f"Ring us on {written}.", {Channel.PHONE}))
    assert found == ([organisation.phone] if is_named else [])


@pytest.mark.policy("21.1")
@pytest.mark.parametrize(
    ("number", "closed", "is_named"),
    [
        ("07700 900124", {Channel.MESSAGE}, True),
        ("07700 900124", {Channel.PHONE}, False),
        ("0141 496 0000", {Channel.MESSAGE}, False),
        ("0141 496 0000", {Channel.MESSAGE, Channel.PHONE}, True),
        ("07700 900999", {Channel.MESSAGE}, False),
    ],
    ids=["closed", "open", "also for calls", "also for calls, both closed", "for emergencies"],
)
def test_our_number_for_text_messages_is_found_where_they_are_closed(organisation, number, closed, is_named):
    organisation.phone, organisation.text_number = "0141 496 0000", number
    organisation.emergency_text = "07700 900999"
    organisation.save()
    found = set(find_closed_contacts(f"Text us on {number}.", closed))
    assert found == ({number} if is_named else set())


@pytest.mark.policy("21.1")
@pytest.mark.parametrize("stored", ["https://www.lochside.example/", "https://lochside.example"])
@pytest.mark.parametrize("written", ["www.lochside.example", "https://lochside.example/repairs"])
def test_our_website_is_found_with_and_without_www(organisation, stored, written):
    organisation.website = stored
    organisation.save()
    assert list(find_closed_contacts(f"See {written}.", {Channel.ONLINE_FORM}))
    assert not list(find_closed_contacts("Write to me@lochside.example.", {Channel.ONLINE_FORM}))
