"""Keep sessions in the database. Each ends after a time with nobody there, and at the latest when the hours of a day are over.

Its row says when it ends, so that no browser has a say in it. A row is deleted when it is met after its end, and by the daily job.
"""

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.db import OperationalError
from django.utils import timezone

SESSION_KEY_PATTERN = re.compile("[0-9a-z]{8,40}")
BEGAN = "began"
SIGN_IN = "sign_in"  # the key of the row that says of this session whose it is, once it is over
EARLIER_PAGES = "earlier_pages"  # the token of pages that were open when the same person signed in again
A_MOMENT = timedelta(seconds=20)
"""Pages opened within this time prolong a session once: each would be a row to write."""


class SessionStore(db.SessionStore):
    ends_at: datetime | None = None
    """The end that its row names; None while there is no row."""

    def _validate_session_key(self, key: str | None) -> bool:
        # A cookie may carry anything, and PostgreSQL cannot be asked for some of it.
        return bool(key and SESSION_KEY_PATTERN.fullmatch(key))

    def load(self) -> dict[str, Any]:
        row = self.model.objects.filter(session_key=self.session_key).first()
        if row is not None and row.expire_date > timezone.now():
            data = self.decode(row.session_data)
            # Somebody's session without its beginning would have no latest end.
            if SESSION_KEY not in data or BEGAN in data:
                self.ends_at = row.expire_date
                return data
        if row is not None:
            row.delete()
        self._session_key = None
        return {}

    def get_expiry_date(self, **kwargs: Any) -> datetime:
        """Return the end of the session. To save it does not put that off: only `prolong` does."""
        return self.ends_at or self.latest_end()

    def latest_end(self) -> datetime:
        """Return the end of the session if nothing is done from now on."""
        idle_end = timezone.now() + settings.SESSION_IDLE
        return min(idle_end, self.day_end()) if BEGAN in self else idle_end

    def day_end(self) -> datetime:
        """Return the end of the day's hours of whoever is signed in."""
        return datetime.fromtimestamp(self[BEGAN], UTC) + settings.SESSION_DAY

    def seconds_left(self) -> int:
        return max(0, int((self.get_expiry_date() - timezone.now()).total_seconds()))

    def can_stay(self) -> bool:
        """Return whether somebody who is there can put the end off: the day is not over."""
        return self.get_expiry_date() < self.day_end()

    def begin(self) -> None:
        """Count the day from now: somebody has signed in."""
        self[BEGAN] = timezone.now().timestamp()
        self.ends_at = None

    def prolong(self) -> None:
        """Put the end off: somebody is there. A session that has ended meanwhile does not come back."""
        end = self.latest_end()
        if self.ends_at is None or end - self.ends_at < min(A_MOMENT, settings.SESSION_IDLE / 10):
            return
        rows = self.model.objects.filter(session_key=self.session_key, expire_date__gt=timezone.now())
        # Where somebody else is writing for long, the page goes first: the next one puts the end off.
        with suppress(OperationalError):
            rows.update(expire_date=end)
            self.ends_at = end
