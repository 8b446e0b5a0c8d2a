"""Who signed in last with a browser: a signed cookie tells it once the session is over, until they sign out.

It opens nothing. It only says whose typed text this is that comes without a session: theirs, whoever sits there now.
"""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from .models import StaffMember
from .sessions import BEGAN, SessionStore

COOKIE = "last_person"
LONG_WEEKEND = timedelta(days=4)
"""How long after the latest end of a session it is known whose it was."""

signer = Signer(salt="staff.last_person")


def password_digest(person: StaffMember) -> str:
    """Return what changes with the password, so that a new one ends this too."""
    return salted_hmac("staff.last_person", person.get_session_auth_hash()).hexdigest()


def remember_person(request: HttpRequest, response: HttpResponse) -> None:
    """Say on this browser who is signed in, once for each session."""
    session: SessionStore = request.session  # type: ignore[assignment]
    value = signer.sign(f"{request.user.pk}:{session[BEGAN]}:{password_digest(request.user)}")  # type: ignore[arg-type]
    if request.COOKIES.get(COOKIE) != value:
        response.set_cookie(
            COOKIE,
            value,
            max_age=settings.SESSION_DAY + LONG_WEEKEND,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Strict",
        )


def forget_person(response: HttpResponse) -> None:
    response.delete_cookie(COOKIE, samesite="Strict")


def find_last_person(request: HttpRequest) -> StaffMember | None:
    """Return who signed in last on this browser, unless that is long ago, they signed out, or have a new password."""
    try:
        number, began, digest = signer.unsign(request.COOKIES.get(COOKIE, "")).split(":")
    except BadSignature:
        return None
    over = datetime.fromtimestamp(float(began), UTC) + settings.SESSION_DAY + LONG_WEEKEND
    person = StaffMember.objects.filter(pk=number, is_active=True).first() if over > timezone.now() else None
    return person if person and constant_time_compare(digest, password_digest(person)) else None
