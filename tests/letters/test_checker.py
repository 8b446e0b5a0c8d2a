import re
from pathlib import Path

import pytest
from django.conf import settings

from cha_engagement.core.refusals import Incomplete
from cha_engagement.letters import actions
from cha_engagement.letters.queries import parsed_letter
from cha_engagement.letters.rules import issuing
from cha_engagement.letters.wording import findings, reading_ease
from cha_engagement.organisation.models import Wording
from cha_engagement.organisation.wording import INITIAL_WORDINGS

from .. import factories
from .test_actions import edit

pytestmark = pytest.mark.django_db


def found(customer, text):
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
def test_wording_that_blames_is_found_however_it_is_written(customer, text, words):
    assert found(customer, text) == [words]


@pytest.mark.policy("61.1")
def test_only_whole_words_are_found(customer):
    assert found(customer, "The crudest of grants, you mustered a currant.") == []


@pytest.mark.policy("61.1")
def test_wording_is_found_in_what_is_filled_in_too(draft, manager, organisation):
    organisation.office_hours = "Never when you are rude"
    organisation.save()
    assert [finding.words for finding in parsed_letter.parse_letter(draft).findings.blame] == ["rude"]


@pytest.mark.policy("61.1")
def test_wording_is_found_in_what_stands_above_the_text(draft_for, customer):
    letter = draft_for(customer, kind="general", subject="Your *rude* call")
    assert [(one.paragraph, one.field) for one in issuing.check_ready(letter)] == [("61.1", "wording_reason")]


def test_an_administrators_list_is_what_counts(customer):
    Wording.objects.create(words="so-called", suggestion="leave this out")
    Wording.objects.filter(words="rude").update(is_active=False)
    assert found(customer, "A so-called rude call.") == ["so-called"]


@pytest.mark.policy("61.1")
def test_what_blames_is_not_issued_until_it_is_put_neutrally_or_says_why_it_stays(draft, manager):
    blaming = edit(draft, manager, body=f"{draft.body}\n\nYou were rude.")
    with pytest.raises(Incomplete, match="“rude”") as refused:
        actions.issue_letter(letter=blaming, by=manager, version=blaming.version)
    assert [(one.paragraph, one.field) for one in refused.value.refusals] == [("61.1", "wording_reason")]
    kept = edit(blaming, manager, wording_reason="It is what they call it themselves.")
    issued = actions.issue_letter(letter=kept, by=manager, version=kept.version)
    assert issued.history.latest("sequence").wording_reason == "It is what they call it themselves."


@pytest.mark.parametrize(
    "words", sorted(path.name for path in (settings.BASE_DIR / "templates" / "letters").glob("*.md"))
)
@pytest.mark.policy("61.1")
def test_our_own_letters_neither_blame_nor_label(customer, words):
    text = (Path(settings.BASE_DIR) / "templates" / "letters" / words).read_text()
    assert found(customer, re.sub(r"\{[{%].*?[%}]\}", "", text)) == []


@pytest.mark.policy("61.1")
def test_what_is_suggested_is_itself_neutral(customer):
    assert [words for words in INITIAL_WORDINGS.values() if found(customer, words)] == []


def test_the_list_is_begun_once(customer):
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
def test_no_letter_names_a_colleague_to_somebody_from_whom_names_are_withheld(
    draft, manager, names_withheld, words
):
    factories.staff("rowan", phone="0141 496 0123")
    team = edit(draft, manager, signed_as="team", body=f"{draft.body}\n\nAsk for {words}.")
    refusals = issuing.check_ready(team)
    assert {refusal.paragraph for refusal in refusals} == {"21.3"}
    assert issuing.check_ready(edit(team, manager, body=draft.body)) == []


@pytest.mark.policy("21.3")
@pytest.mark.parametrize("words", ["Rowan Example", "Ms Example", "rowan@lochside.example", "0141) 496 0123"])
def test_nor_does_what_stands_above_the_text(draft_for, customer, names_withheld, words):
    factories.staff("rowan", phone="0141 496 0123")
    letter = draft_for(customer, kind="general", subject=f"{words}: your meeting")
    assert [refusal.paragraph for refusal in issuing.check_ready(letter)] == ["21.3"]


@pytest.mark.policy("21.3")
def test_where_names_are_withheld_the_team_signs(draft_for, customer, manager, names_withheld):
    letter = draft_for(customer)
    assert letter.signed_as == "team"
    with pytest.raises(Incomplete) as refused:
        edit(letter, manager, signed_as="person")
    assert [(one.paragraph, one.field) for one in refused.value.refusals] == [("21.3", "signed_as")]


@pytest.mark.policy("21.3")
def test_a_first_name_alone_is_pointed_out_and_may_be_another_word(draft, manager, customer, names_withheld):
    factories.staff("grace")
    letter = edit(draft, manager, signed_as="team", body=f"{draft.body}\n\nWe give three days of Grace.")
    assert found(customer, letter.body) == ["Grace"]
    assert [one.field for one in issuing.check_ready(letter)] == ["wording_reason"]


def test_the_associations_own_lines_are_nobodys(draft, manager, names_withheld):
    factories.staff("rowan", phone="0141 496 0000")
    assert issuing.check_ready(edit(draft, manager, signed_as="team")) == []


def test_elsewhere_colleagues_are_named(draft, manager):
    factories.staff("rowan")
    assert issuing.check_ready(edit(draft, manager, body=f"{draft.body}\n\nAsk for Rowan Example.")) == []


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


def test_the_three_longest_sentences_are_named_and_headings_are_none():
    text = "## A heading of a great many words that is no sentence at all\n\nOne two. One two three four! One.\n\n- One two three\n\nOne two."
    assert reading_ease.longest_sentences(reading_ease.prose_sentences(text)) == [
        ("One two three four!", 4),
        ("One two three", 3),
        ("One two.", 2),
    ]
