import pytest

from cha_engagement.core import hub
from cha_engagement.core.records import writing
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.enums import INBOUND_CHANNELS
from cha_engagement.letters.rendering import placeholders
from cha_engagement.letters.rendering.markdown import placeholder_names
from cha_engagement.letters.rules import issuing
from restrictions.contact_plan import combine_into_plan
from restrictions.models import InterimMeasure

from .. import factories

pytestmark = pytest.mark.django_db


def without(draft, manager, words):
    return writing.save_record(draft, by=manager, reason="Changed", body=draft.body.replace(words, ""))


def paragraphs(refusals):
    return [refusal.paragraph for refusal in refusals]


def test_a_fresh_draft_lacks_nothing(draft):
    assert issuing.check_ready(draft) == []


@pytest.mark.parametrize(
    ("place", "paragraph"),
    [
        pytest.param("how to contact us", "5", marks=pytest.mark.policy("5")),
        pytest.param("adjustments and formats", "9", marks=pytest.mark.policy("9")),
        pytest.param("criticism is welcome", "45"),
        pytest.param("what always stays open", "B2", marks=pytest.mark.beyond("B2")),
        pytest.param("how to appeal", "B3", marks=pytest.mark.beyond("B3")),
    ],
)
def test_each_place_that_was_taken_out_is_named_with_its_paragraph(draft, manager, place, paragraph):
    (refusal,) = issuing.check_ready(without(draft, manager, f"[{place}]"))
    assert f"[{place}]" in refusal.sentence
    assert refusal.paragraph == paragraph


def test_an_unknown_place_is_refused(draft, manager):
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
def test_a_detail_that_the_administrator_has_not_filled_in_is_named(draft, organisation, detail, named):
    setattr(organisation, detail, "")
    organisation.save()
    refusals = issuing.check_ready(draft)
    assert refusals
    assert all(named in refusal.sentence for refusal in refusals)


def test_a_detail_that_the_letter_does_not_use_is_not_asked_for(draft, organisation):
    organisation.complaints_contact = ""
    organisation.save()
    assert issuing.check_ready(draft) == []


@pytest.mark.policy("5", "9")
@pytest.mark.beyond("B2")
def test_an_everyday_letter_begins_with_what_every_letter_says_and_no_more(draft_for, customer):
    letter = draft_for(customer, kind="general", subject="Your repair")
    assert {*placeholder_names(letter.body)} == {*issuing.REQUIRED_IN_EVERY_LETTER}
    assert issuing.check_ready(letter) == []


@pytest.mark.policy("8")
def test_a_letter_that_tells_of_advice_names_somebody(draft, manager):
    writing.save_record(draft, by=manager, reason="None fits", links={"advice": []})
    assert paragraphs(issuing.check_ready(draft)) == ["8"]


@pytest.mark.policy("8")
def test_the_chosen_advisers_are_in_the_letter(draft):
    text = placeholders.filled_text(draft)
    assert "Lochside Advice" in text
    assert "Phone 0800 496 0002, 1 High Street" in text


def test_an_adviser_reads_as_sentences_however_they_were_typed(draft, adviser):
    line = "**Lochside Advice.** Housing and benefits. Phone 0800 496 0002"
    assert line in placeholders.filled_text(draft)
    adviser.helps_with = "Housing and benefits."
    adviser.save()
    assert line in placeholders.filled_text(draft)


@pytest.mark.policy("5", "9")
def test_a_letter_names_only_the_ways_that_are_open_to_its_reader(organisation):
    text = placeholders.describe_channels(
        organisation, combine_into_plan([InterimMeasure(closed=["phone", "office"])])
    )
    assert "by email" in text
    assert "by letter" in text
    for closed in ("phone", "call", "0141", "in person", "office"):
        assert closed not in text


@pytest.mark.beyond("B2")
def test_a_letter_that_leaves_no_way_open_cannot_be_issued(organisation):
    plan = combine_into_plan([InterimMeasure(closed=[*INBOUND_CHANNELS])])
    assert placeholders.describe_channels(organisation, plan).paragraph == "B2"


@pytest.mark.beyond("B2")
def test_what_always_stays_open_is_all_there(draft):
    text = placeholders.filled_text(draft)
    for way in (
        "0800 496 0001",
        "in danger",
        "information that we hold about you",
        "freedom of information",
        "Ombudsman",
    ):
        assert way in text


def test_words_of_an_administrator_are_not_taken_for_places_or_formatting(draft, organisation):
    organisation.name = "Loch*side* [the ombudsman]"
    organisation.save()
    assert r"Loch\*side\* \[the ombudsman\]" in placeholders.filled_text(draft)


def test_who_should_not_sign_is_refused_and_a_team_is_not(draft, manager, monkeypatch):
    objections: hub.Feed = hub.Feed()
    objections.add(lambda customer, signatory: Refusal("No contact was agreed.", "60", "signatory"))
    monkeypatch.setattr(hub, "signatory_checks", objections)
    assert paragraphs(issuing.check_ready(draft)) == ["60"]
    assert (
        issuing.check_ready(writing.save_record(draft, by=manager, reason="Changed", signed_as="team")) == []
    )


def test_who_has_left_does_not_sign(draft, manager):
    draft.signatory = factories.staff("former", "Manager", is_active=False)
    (refusal,) = issuing.check_ready(draft)
    assert refusal.field == "signatory"
