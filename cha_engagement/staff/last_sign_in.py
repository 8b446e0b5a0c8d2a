"""Remember by a signed cookie who signed in last with a browser, after the session is over and until they sign out.

It opens nothing: it only tells whose typed text this is that comes without a session. It names a row (`SignIn`), so that a copy of it
is worth nothing once that row is gone.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from .models import SignIn, StaffMember
from .sessions import SIGN_IN

COOKIE = "last_person"
LONG_WEEKEND = timedelta(days=4)
"""The time after the latest end of a session for which it is remembered whose it was."""

signer = Signer(salt="staff.sign_in")


def password_digest(person: StaffMember) -> str:
    """Return a digest that changes with the password, so that a new one ends this too."""
    return salted_hmac("staff.last_person", person.get_session_auth_hash()).hexdigest()


def remember_sign_in(request: HttpRequest, response: HttpResponse) -> None:
    """Set the cookie that says who is signed in, once for each session."""
    value = signer.sign(f"{request.session.get(SIGN_IN, 0)}:{password_digest(request.user)}")  # type: ignore[arg-type]
    if request.COOKIES.get(COOKIE) != value:
        response.set_cookie(
            COOKIE,
            value,
            max_age=settings.SESSION_DAY + LONG_WEEKEND,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Strict",
        )


def forget_sign_in(request: HttpRequest, response: HttpResponse) -> None:
    """Forget who signed in last, as they have signed out, be it of a session that was over already."""
    if sign_in := find_last_sign_in(request):
        sign_in.delete()
    response.delete_cookie(COOKIE, samesite="Strict")


def find_last_sign_in(request: HttpRequest) -> SignIn | None:
    """Return the last signing in with this browser, unless that is long ago, they signed out, or have a new password."""
    try:
        number, digest = signer.unsign(request.COOKIES.get(COOKIE, "")).split(":")
    except BadSignature:
        return None
    known = SignIn.objects.filter(pk=number, at__gt=oldest_remembered(), person__is_active=True)
    sign_in = known.select_related("person").first()
    return sign_in if sign_in and constant_time_compare(digest, password_digest(sign_in.person)) else None


def find_last_person(request: HttpRequest) -> StaffMember | None:
    sign_in = find_last_sign_in(request)
    return sign_in.person if sign_in else None


def oldest_remembered() -> datetime:
    """Return the moment before which no signing in is remembered."""
    return timezone.now() - settings.SESSION_DAY - LONG_WEEKEND


def forget_old_sign_ins() -> int:
    return SignIn.objects.filter(at__lte=oldest_remembered()).delete()[0]
