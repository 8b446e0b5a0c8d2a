"""Fold words to the characters 0-9 and a-z, to find them and to put them in order, however they are spelt."""

from anyascii import anyascii

ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"


def transliterate(text: str) -> str:
    """Return lower-case ASCII, with punctuation."""
    return (text if text.isascii() else anyascii(text)).casefold()


def fold_text(text: str) -> str:
    """Return the text with nothing but 0-9 and a-z."""
    return "".join(character for character in transliterate(text) if character in ALPHABET)


def words(text: str) -> list[str]:
    """Return the words of a text, split at spaces alone: `o'neill` is one."""
    return [word for part in text.split() if (word := fold_text(part))]


def sort_key(name: str) -> str:
    """Return what a name is put in order by: Ángel stands among the As, and Ann Smith before Anna Bell.

    Nothing but digits and letters, so that the order is the same in every collation: a 0 stands between words, before any letter.
    """
    return "0".join(words(name))
