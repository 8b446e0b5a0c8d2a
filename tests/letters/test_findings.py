import re
from pathlib import Path

import pytest
from django.conf import settings

from cha_engagement.core.refusals import Incomplete
from cha_engagement.letters import actions
from cha_engagement.letters.enums import SignedAs
from cha_engagement.letters.queries import parsed_letter
from cha_engagement.letters.rules import issuing
from cha_engagement.letters.wording import findings, reading_ease
from cha_engagement.organisation.models import Wording
from cha_engagement.organisation.wording import INITIAL_WORDINGS

from .. import factories
from .test_actions import edit_draft

pytestmark = pytest.mark.django_db


def found_words(customer, text):
    return [finding.words for finding in findings.examine_text(customer, text).blame]


# Wording that blames or labels


@pytest.mark.policy("61.1")
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("You were rude.", "rude"),
        ("**Your** *Behaviour* was noted.", "Your Behaviour"),
        ("You failed\nto answer.", "You failed to"),
        ("- You must ring", "You must"),
    ],
)
def test_blaming_words_are_found_however_they_are_written(customer, text, words):
    assert found_words(customer, text) == [words]


@pytest.mark.policy("61.1")
def test_only_whole_words_are_found(customer):
    assert found_words(customer, "The crudest of grants, you mustered a currant.") == []


@pytest.mark.policy("61.1")
def test_blaming_words_are_found_in_filled_placeholders(draft, manager, organisation):
    organisation.office_hours = "Never when you are rude"
    organisation.save()
    assert [finding.words for finding in parsed_letter.parse_letter(draft).findings.blame] == ["rude"]


@pytest.mark.policy("61.1")
def test_blaming_words_are_found_in_the_subject(draft_for, customer):
    letter = draft_for(customer, kind="general", subject="Your *rude* call")
    assert [(refusal.paragraph, refusal.field) for refusal in issuing.check_ready(letter)] == [
        ("61.1", "wording_reason")
    ]


def test_the_administrators_list_of_wordings_counts(customer):
    Wording.objects.create(words="dreadful", suggestion="leave this out")
    Wording.objects.filter(words="rude").update(is_active=False)
    assert found_words(customer, "A dreadful, rude call.") == ["dreadful"]


@pytest.mark.policy("61.1")
def test_blaming_words_are_issued_only_with_a_reason(draft, manager):
    blaming = edit_draft(draft, manager, body=f"{draft.body}\n\nYou were rude.")
    with pytest.raises(Incomplete, match="“rude”") as refused:
        actions.issue_letter(letter=blaming, by=manager, version=blaming.version)
    assert [(refusal.paragraph, refusal.field) for refusal in refused.value.refusals] == [
        ("61.1", "wording_reason")
    ]
    kept = edit_draft(blaming, manager, wording_reason="It is what they call it themselves.")
    issued_letter = actions.issue_letter(letter=kept, by=manager, version=kept.version)
    assert issued_letter.history.latest("sequence").wording_reason == "It is what they call it themselves."


@pytest.mark.parametrize(
    "words", sorted(path.name for path in (settings.BASE_DIR / "templates" / "letters").glob("*.md"))
)
@pytest.mark.policy("61.1")
def test_our_own_letters_neither_blame_nor_label(customer, words):
    text = (Path(settings.BASE_DIR) / "templates" / "letters" / words).read_text()
    assert found_words(customer, re.sub(r"\{[{%].*?[%}]\}", "", text)) == []


@pytest.mark.policy("61.1")
def test_suggested_wordings_are_neutral(customer):
    assert [words for words in INITIAL_WORDINGS.values() if found_words(customer, words)] == []


def test_the_initial_wordings_are_created_once(customer):
    from cha_engagement.organisation.apps import create_initial_lists

    Wording.objects.filter(words="rude").update(words="impolite")
    create_initial_lists()
    assert Wording.objects.count() == len(INITIAL_WORDINGS)
    assert not Wording.objects.filter(words="rude").exists()


# Names that are withheld


@pytest.mark.policy("21.3")
@pytest.mark.parametrize(
    "words",
    ["Rowan Example", "Ms Example", "rowan@lochside.example", "0141 496 0123", "(0141) 4960123"],
)
def test_a_letter_names_no_staff_where_names_are_withheld(draft, manager, names_withheld, words):
    factories.staff("rowan", phone="0141 496 0123")
    team = edit_draft(draft, manager, signed_as=SignedAs.TEAM, body=f"{draft.body}\n\nAsk for {words}.")
    refusals = issuing.check_ready(team)
    assert {refusal.paragraph for refusal in refusals} == {"21.3"}
    assert issuing.check_ready(edit_draft(team, manager, body=draft.body)) == []


@pytest.mark.policy("21.3")
@pytest.mark.parametrize("words", ["Rowan Example", "Ms Example", "rowan@lochside.example", "0141) 496 0123"])
def test_a_subject_names_no_staff_where_names_are_withheld(draft_for, customer, names_withheld, words):
    factories.staff("rowan", phone="0141 496 0123")
    letter = draft_for(customer, kind="general", subject=f"{words}: your meeting")
    assert [refusal.paragraph for refusal in issuing.check_ready(letter)] == ["21.3"]


@pytest.mark.policy("21.3")
def test_where_names_are_withheld_the_team_signs(draft_for, customer, manager, names_withheld):
    letter = draft_for(customer)
    assert letter.signed_as == SignedAs.TEAM
    with pytest.raises(Incomplete) as refused:
        edit_draft(letter, manager, signed_as=SignedAs.PERSON)
    assert [(refusal.paragraph, refusal.field) for refusal in refused.value.refusals] == [
        ("21.3", "signed_as")
    ]


@pytest.mark.policy("21.3")
def test_a_first_name_alone_needs_a_reason_to_stay(draft, manager, customer, names_withheld):
    factories.staff("grace")
    letter = edit_draft(
        draft, manager, signed_as=SignedAs.TEAM, body=f"{draft.body}\n\nWe give three days of Grace."
    )
    assert found_words(customer, letter.body) == ["Grace"]
    assert [refusal.field for refusal in issuing.check_ready(letter)] == ["wording_reason"]


def test_the_associations_phone_number_is_no_direct_line(draft, manager, names_withheld):
    factories.staff("rowan", phone="0141 496 0000")
    assert issuing.check_ready(edit_draft(draft, manager, signed_as=SignedAs.TEAM)) == []


def test_staff_may_be_named_where_no_names_are_withheld(draft, manager):
    factories.staff("rowan")
    assert (
        issuing.check_ready(edit_draft(draft, manager, body=f"{draft.body}\n\nAsk for Rowan Example.")) == []
    )


# How easily it reads


@pytest.mark.parametrize(
    ("word", "count"),
    {
        "we": 1, "the": 1, "phone": 1, "asked": 1, "times": 1, "houses": 2, "decided": 3, "table": 2,
        "settled": 2, "letter": 2, "decision": 3, "emergency": 4, "review": 2, "whole": 1,
    }.items(),
)  # fmt: skip
def test_syllables_are_counted_as_they_are_heard(word, count):
    assert reading_ease.count_syllables(word) == count


@pytest.mark.policy("61.3")
def test_short_words_in_short_sentences_read_more_easily():
    easy = "We want to help you. Please call us on the phone. We will tell you what we can do."
    hard = (
        "Notwithstanding representations previously communicated, the association's determination regarding "
        "arrangements necessitates continuation of contractual obligations until alternative accommodation materialises."
    )
    ease = [reading_ease.reading_ease(reading_ease.prose_sentences(text)) for text in (easy, hard)]
    assert ease[0] > 90
    assert ease[1] == 0


def test_a_text_without_words_is_no_error():
    assert reading_ease.reading_ease(reading_ease.prose_sentences("## Why\n\n0141 496")) == 100


def test_the_three_longest_sentences_are_named_without_headings():
    text = "## A heading of a great many words that is no sentence at all\n\nOne two. One two three four! One.\n\n- One two three\n\nOne two."
    assert reading_ease.longest_sentences(reading_ease.prose_sentences(text)) == [
        ("One two three four!", 4),
        ("One two three", 3),
        ("One two.", 2),
    ]
