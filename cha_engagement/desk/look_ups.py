"""The words of look-ups, kept in the session: a page that is opened again or gone back to finds them by a number."""

import secrets

from django.contrib.sessions.backends.base import SessionBase

SESSION_KEY = "looked_up"
MAX_KEPT = 20  # look-ups
MAX_LENGTH = 1000  # characters: longer words are looked for, and not kept


def keep_look_up(session: SessionBase, words: str) -> str:
    """Keep the words, and return the number under which they are kept."""
    kept = session.get(SESSION_KEY, {})
    number = next(
        (number for number, kept_words in kept.items() if kept_words == words), secrets.token_hex(4)
    )
    others = [item for item in kept.items() if item[0] != number]
    session[SESSION_KEY] = dict([*others, (number, words)][-MAX_KEPT:])
    return number


def kept_look_up(session: SessionBase, number: str) -> str:
    return session.get(SESSION_KEY, {}).get(number, "")
