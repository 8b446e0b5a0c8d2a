"""Words that somebody looked for, kept in their session: a page that is opened again or gone back to finds them by a number."""

import secrets

from django.contrib.sessions.backends.base import SessionBase

KEY = "looked_up"
MOST = 20  # of the last look-ups
LONGEST = 1000  # characters: whoever looks for more is answered, and finds it no second time


def keep(session: SessionBase, words: str) -> str:
    """Keep the words, and return the number under which they are kept."""
    known = session.get(KEY, {})
    number = next((number for number, before in known.items() if before == words), secrets.token_hex(4))
    others = [(other, before) for other, before in known.items() if other != number]
    session[KEY] = dict([*others, (number, words)][-MOST:])
    return number


def kept(session: SessionBase, number: str) -> str:
    return session.get(KEY, {}).get(number, "")
