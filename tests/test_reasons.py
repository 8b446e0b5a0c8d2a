"""What counts as a reason, and that nothing that the policy asks for takes anything else."""

import pytest

from cha_engagement.reasons import has_words, is_thin

SAYS_NOTHING = {
    "": "nothing",
    " \n\t": "white space",
    ".": "a full stop",
    "- - -": "dashes",
    "…!?": "punctuation",
    "\u200b": "a zero-width space",
    "\u2800\u3164\u115f": "blanks that are letters or signs to Unicode",
    "\U0001f620\U0001f620": "pictures",
    "1234567890": "digits",
    "a": "one letter",
    "xxx": "the same letter again",
    "XxXx xX": "the same letter in another case",
    "ааа": "the same letter of another alphabet",
    "n/a": "a filler",
    "N / A.": "with other spaces and case",
    "n\u200b/\u200ba": "with zero-width spaces in it",
    "Ｎ／Ａ": "in full width",
    "nоne, n/а": "with letters that look alike",
    "𝐍𝐨𝐧𝐞": "in mathematical letters",
    "ñóńé": "with accents",
    "na na, none; TBC": "several of them",
    "As above.": "a reference to nothing",
    "see\u00a0notes": "another",
    "Not applicable": "another",
    "asdf asdf": "keys beside each other",
}

SAYS_SOMETHING = [
    "Threat to kill",
    "Fire",
    "Spat at me",
    "Nobody else was there",
    "None of the measures that restrict them less stopped the calls",
    "No: three officers were away",
    "Unknown caller, number withheld",
    "威胁要杀人",
    "هدد بالقتل",
    "Погрожував",
    "ਧਮਕੀ ਦਿੱਤੀ",
    "Ηe hit me",
    "7 calls in 1 hour",
]


@pytest.mark.beyond("B39")
@pytest.mark.parametrize("text", SAYS_NOTHING, ids=SAYS_NOTHING.values())
def test_text_that_says_nothing_is_no_reason(text):
    assert not has_words(text)


@pytest.mark.beyond("B39")
@pytest.mark.parametrize("text", SAYS_SOMETHING)
def test_any_length_and_script_is_a_reason(text):
    assert has_words(text)


def test_long_text_of_fillers_is_read_in_no_time():
    assert not has_words("no none " * 1200)
    assert has_words("no none " * 1200 + "knife")


@pytest.mark.parametrize(
    ("text", "thin"),
    [
        ("Threat to kill", True),
        ("1234567890" * 10, True),
        ("She threatened to kill the officer who answered the door", False),
        ("他在电话里威胁要杀死接听电话的住房官员", False),
    ],
)
def test_fewer_than_forty_letters_are_thin(text, thin):
    assert is_thin(text) is thin
