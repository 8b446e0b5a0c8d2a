"""Wording that blames is found in all its forms, and what a letter reports or says of things is left alone."""

import pytest

from cha_engagement.letters.wording.word_forms import find_forms
from cha_engagement.organisation.wording import INITIAL_WORDINGS

from .blaming import BLAMING, NEUTRAL

pytestmark = pytest.mark.policy("61.1")

NINE_IN_TEN = 0.9


def found(text, *phrases):
    return [words for _, words in find_forms(phrases or INITIAL_WORDINGS, text)]


def test_nine_in_ten_are_right_on_both_sides(capsys):
    blaming = [text for text in BLAMING if found(text)]
    left = [text for text in NEUTRAL if not found(text)]
    with capsys.disabled():
        print(
            f"\nFound {len(blaming)} of {len(BLAMING)} that blame; left alone {len(left)} of {len(NEUTRAL)} that do not"
        )
    assert len(blaming) >= NINE_IN_TEN * len(BLAMING)
    assert len(left) >= NINE_IN_TEN * len(NEUTRAL)


@pytest.mark.parametrize(
    "text", ["You bully us.", "You bullied her.", "Your bullying has to end.", "You are bullies."]
)
def test_a_word_is_found_in_all_its_forms(text):
    assert len(found(text, "bully")) == 1


@pytest.mark.parametrize(
    "text",
    [
        'You said that you felt "bullied" by us.',
        "On 3 May you called our colleague a liar.",
        "“Rude” is what you called it.",
    ],
)
def test_what_somebody_said_is_left_alone(text):
    assert found(text, "bully", "liar", "rude") == []


def test_what_staff_put_in_quotes_themselves_is_found():
    assert found("Your “rude” letter came on Monday.", "rude") == ["rude"]


@pytest.mark.parametrize(
    "text",
    ["The early bin lorry is a nuisance to us in this street.", "We were rude to nobody in that meeting."],
)
def test_one_word_in_a_sentence_about_nobody_is_left_alone(text):
    assert found(text, "nuisance", "rude") == []


def test_a_phrase_does_not_go_on_from_one_sentence_into_the_next():
    assert found("We know that you failed. To answer is hard.", "you failed to") == []
