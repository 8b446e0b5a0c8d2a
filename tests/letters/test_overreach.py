"""Overreach is found in sentences that restrict, and not in neutral ones."""

import pytest

from cha_engagement.letters.wording.overreach import KINDS, SOFT_KINDS, find_overreach

from .sentences import DISPOSING, KEEPING, NEUTRAL, RESTRICTING

NINE_IN_TEN = 0.9


def found_codes(text):
    return {overreach.code for overreach in find_overreach([text])}


def has_hard_overreach(text):
    return bool(found_codes(text) - {*SOFT_KINDS})


@pytest.mark.policy("54")
@pytest.mark.beyond("B36")
def test_nine_in_ten_are_right_on_both_sides(capsys):
    overreaching = [text for text in RESTRICTING if has_hard_overreach(text)]
    left = [text for text in NEUTRAL if not has_hard_overreach(text)]
    pointed_at = [text for text in NEUTRAL if found_codes(text)]
    with capsys.disabled():
        print(
            f"\nFound {len(overreaching)} of {len(RESTRICTING)} that restrict; left alone {len(left)} of {len(NEUTRAL)} "
            f"that do not (in letters a second reader would see {len(pointed_at)})"
        )
    assert len(overreaching) >= NINE_IN_TEN * len(RESTRICTING)
    assert len(left) >= NINE_IN_TEN * len(NEUTRAL)


@pytest.mark.policy("21.1")
@pytest.mark.beyond("B2", "B36")
@pytest.mark.parametrize("text", DISPOSING)
def test_words_that_throw_away_what_somebody_sends_are_found(text):
    assert found_codes(text) & {"unread", "contact"}


@pytest.mark.beyond("B36")
@pytest.mark.parametrize("text", KEEPING)
def test_words_that_throw_away_something_else_are_left_alone(text):
    assert not has_hard_overreach(text)


@pytest.mark.policy("54")
@pytest.mark.parametrize(
    "text",
    [
        "YOU MAY NOT COMPLAIN",
        "You may not\ncomplain.",
        "You may, not: complain",
        "You may-not com-plain.",
        "You may not com\u200bplain.",  # a space without width
        "You may not com\u00adplain.",  # a hyphen that is not shown
        "You may not c\u043emplain.",  # a Cyrillic o
        "You may \u043d\u043et phone us.",  # a Cyrillic n
        "You may not p\u043done us.",  # one that passes for an h
        "You may not c0mplain.",
        "You may not com_-_plain.",
        "You may not \uff43\uff4f\uff4d\uff50\uff4c\uff41\uff49\uff4e.",  # wide letters
        "You may not complaín.",
        "Complaints? Not from you.",
        "You. May. Not. Complain.",
        "N o c o m p l a i n t s",
        "You mayn’t complain.",
        "No contact of any kind with him or his family until then.",
        "Treat her partner and children the same.",
        "Her daughter gets the same.",
    ],
)
def test_words_are_found_however_they_are_written(text):
    assert found_codes(text) - {*SOFT_KINDS}


@pytest.mark.parametrize(
    "text",
    ["", " ", "\u200b", "…", "王", "not " * 2000, "a" * 10_000, "- " * 5000, "a." * 3000]
    + [
        kind * (20_000 // len(kind))
        for kind in ("1", "_", "a", "-", "1_", "_-", "-_ ", "~", "a - ", " ", "\n")
    ],
)
def test_empty_or_endless_text_has_no_overreach(text):
    assert found_codes(text) == set()


@pytest.mark.beyond("B36")
@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("We would rather you wrote to us than rang.", True),
        ("If Mr Baird rings, let it ring out.", True),
        ("Your kitchen tap has been parked until things settle between us.", True),
        ("Mrs K agrees to only write.", True),
        ("Contractors: skip this address.", True),
        ("Ring the bell twice and wait a good three minutes.", False),
        ("We follow up each call with an email.", False),
    ],
)
def test_words_that_take_something_away_without_saying_so_are_pointed_at_alone(text, is_found):
    found = find_overreach([text])
    assert {overreach.code for overreach in found} == ({"indirect"} if is_found else set())
    assert not any(overreach.is_plain for overreach in found)


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("Nie wolno Panu składać skarg. Nie odpowiemy na żadne pismo.", True),
        ("Vous ne pouvez plus porter plainte contre nous cette année.", True),
        ("Wir lesen keine Briefe von Ihnen mehr, ganz gleich worum es geht.", True),
        ("Bridgeside House, 99 McDonald Road, Edinburgh EH7 4NS", False),
        ("Two people from Lochside Repairs Ltd come on Thursday.", False),
    ],
)
def test_paragraphs_in_another_language_are_found(text, is_found):
    assert ("language" in found_codes(text)) == is_found


def test_each_kind_of_overreach_has_an_example():
    assert {overreach.code for text in RESTRICTING for overreach in find_overreach([text])} == {*KINDS}


def test_overreach_is_quoted_as_written():
    text = "We met on Monday. You may  not\nComplain to us! We thank you for that."
    assert {overreach.words for overreach in find_overreach([text])} == {"You may not Complain to us!"}
