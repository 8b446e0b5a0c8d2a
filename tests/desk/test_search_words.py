"""Words are the same in each of their forms, with and without accents, and stand in their sentence."""

import pytest

from cha_engagement.desk.search.words import LONGEST_SHOWN, fold_words, marked_sentences, typed_words

pytestmark = pytest.mark.beyond("B31")


@pytest.mark.parametrize(
    "forms",
    [
        "threat threats threatened threatening threaten",
        "abuse abused abusing abuses",
        "harass harassed harassment",
        "repair repairs repaired",
        "stop stopped stopping",
        "cry cries cried crying",
        "intimidate intimidated intimidation",
        "policy policies",
        "address addresses addressed",
        "need needed needs",
        "tenant tenants tenant's tenant’s",
        "Órla orla ORLA",
        "don't dont",
    ],
)
def test_forms_of_a_word_are_one(forms):
    assert len(fold_words(forms)) == 1, fold_words(forms)


@pytest.mark.parametrize(
    "words",
    ["letter let", "need knee", "red bed", "thing string", "bus bust", "gas gate", "12 123", "use us"],
)
def test_other_words_stay_apart(words):
    assert len(fold_words(words)) == 2


def test_nobody_looks_for_a_letter_or_a_sign():
    assert [typed_words(typed) for typed in ("", " ", "a", "-", "a b")] == [[]] * 5
    assert len(typed_words(" ".join(f"w{number}" for number in range(30)))) == 8


def test_a_sentence_with_all_words_stands_before_others():
    texts = ["He saw the gate.", "He shut the gate. Later he locked the gate and left."]
    (sentence,) = marked_sentences(texts, typed_words("gates locks leave gate"))[:1]
    assert "".join(piece.text for piece in sentence) == "Later he locked the gate and left."
    assert [piece.text for piece in sentence if piece.is_found] == ["locked", "gate"]


def test_words_of_two_sentences_show_both():
    shown = marked_sentences(["The gate is red. It rained. A dog barked."], typed_words("gate dogs"))
    assert ["".join(piece.text for piece in sentence) for sentence in shown] == [
        "The gate is red.",
        "A dog barked.",
    ]


def test_of_a_long_sentence_stands_what_is_around_the_word():
    (sentence,) = marked_sentences(["word " * 500 + "zebra" + " word" * 500], ["zebra"])
    text = "".join(piece.text for piece in sentence)
    assert len(text) <= LONGEST_SHOWN + 4
    assert text.startswith("… word")
    assert text.endswith("word …")
    assert [piece.text for piece in sentence if piece.is_found] == ["zebra"]


def test_a_text_without_the_words_shows_no_sentence():
    assert marked_sentences(["Nothing of it."], ["zebra"]) == []
