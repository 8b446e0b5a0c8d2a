"""Begin and end sessions as people sign in and out. The log says which account, never what somebody typed."""

from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.contrib.sessions.models import Session
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpRequest

from cha_engagement.core.logs import log

from .last_sign_in import find_last_sign_in
from .models import SignIn, StaffMember
from .sessions import EARLIER_PAGES, SIGN_IN, SessionStore


@receiver(user_logged_in)
def begin_session(request: HttpRequest, user: StaffMember, **kwargs: Any) -> None:
    session: SessionStore = request.session  # type: ignore[assignment]
    session.begin()
    earlier_sign_in = find_last_sign_in(request)
    # The pages that this person has open since before carry the token that they were given then.
    is_same = earlier_sign_in is not None and earlier_sign_in.person == user
    session[EARLIER_PAGES] = request.COOKIES.get(settings.CSRF_COOKIE_NAME) if is_same else None
    if earlier_sign_in:
        earlier_sign_in.delete()
    session[SIGN_IN] = SignIn.objects.create(person=user).pk


@receiver(user_logged_out)
def end_sign_in(request: HttpRequest, **kwargs: Any) -> None:
    SignIn.objects.filter(pk=request.session.get(SIGN_IN, 0)).delete()


@receiver(post_save, sender=StaffMember)
def end_access_of_closed_account(instance: StaffMember, **kwargs: Any) -> None:
    if instance.is_active:
        return
    SignIn.objects.filter(person=instance).delete()
    # One that is opened again is not signed in by what was kept of a cookie meanwhile.
    for session in Session.objects.all():
        if session.get_decoded().get(SESSION_KEY) == str(instance.pk):
            session.delete()


@receiver(user_logged_in)
def log_signed_in(user: StaffMember, **kwargs: Any) -> None:
    log.info("signed_in", account=user.pk)


@receiver(user_logged_out)
def log_signed_out(user: StaffMember | None, **kwargs: Any) -> None:
    log.info("signed_out", account=user.pk if user else None)


@receiver(user_login_failed)
def log_failed_sign_in(credentials: dict[str, Any], **kwargs: Any) -> None:
    """Log a failed attempt. The account is looked up for every name alike, or the time it takes would tell whether there is one."""
    log.warning("sign_in_failed", account=find_account_id(credentials.get("username", "")))


def find_account_id(username: str) -> int | None:
    return StaffMember.objects.filter(username__iexact=username).values_list("pk", flat=True).first()
