"""Limit attempts at passwords, so that guessing is stopped and nobody is locked out by somebody else's attempts.

A browser in which an account has signed in before is known to that account, by a signed cookie, and its attempts are counted by
themselves. Everything else is counted by account and address together, by address, and by account.
"""

import ipaddress
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.crypto import salted_hmac

from .models import WrongPassword
from .requests import visitor_address

COOKIE = "known_browser"
SALT = "cha_engagement.staff.known_browser"
HALF_A_YEAR = timedelta(days=182)
MOST_ACCOUNTS = 10  # that one browser is known to: desks are shared
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many `attempts` with wrong passwords within a time."""

    attempts: int
    within: timedelta

    def is_reached(self, attempts: QuerySet[WrongPassword]) -> bool:
        return attempts.filter(at__gt=timezone.now() - self.within).count() > self.attempts


KNOWN_BROWSER = Limit(5, timedelta(minutes=5))
KNOWN_BROWSER_A_DAY = Limit(20, A_DAY)
"""A limit beyond which a browser is as unknown as any: somebody may have copied its cookie."""

ACCOUNT_AND_ADDRESS = (Limit(5, timedelta(minutes=5)), Limit(15, timedelta(hours=1)))
ADDRESS = Limit(60, timedelta(minutes=15))
"""The limit for all accounts together. An office with hundreds of people has one address: `FEW_ATTEMPTS` lets most of them in."""

FEW_ATTEMPTS = Limit(3, A_DAY)
"""A limit for one account from one address. Somebody who guesses at all accounts has no more than this many attempts at each."""

ADDRESS_CEILING = Limit(600, timedelta(minutes=15))
"""A limit for all accounts together, whoever has hardly tried included: to look at a password keeps the server busy."""

ACCOUNT = Limit(30, timedelta(hours=1))
"""A limit for one account from all addresses: a thousand machines have no more attempts than this."""


def begin_attempt(request: HttpRequest, username: str) -> WrongPassword | None:
    """Count an attempt as a wrong password before the password is looked at, or return None where one has to wait.

    It is counted first, or attempts that come at once would all find room. One that had to wait does not count: nobody's wait is
    made longer by it. Whether there is such an account is not asked.
    """
    account, browser = digest("account", normalise_username(username)), find_known_browser(request, username)
    if browser:
        attempt = WrongPassword.objects.create(account=account, source=browser, is_known=True)
        own = WrongPassword.objects.filter(account=account, source=browser)
        if not KNOWN_BROWSER_A_DAY.is_reached(own):
            return settle_attempt(attempt, KNOWN_BROWSER.is_reached(own))
        attempt.delete()
    address = digest("address", address_block(request))
    attempt = WrongPassword.objects.create(account=account, source=address, is_known=False)
    from_unknown = WrongPassword.objects.filter(is_known=False)
    for_account, from_address = from_unknown.filter(account=account), from_unknown.filter(source=address)
    for_account_from_address = for_account.filter(source=address)
    has_to_wait = (
        any(limit.is_reached(for_account_from_address) for limit in ACCOUNT_AND_ADDRESS)
        or (ADDRESS.is_reached(from_address) and FEW_ATTEMPTS.is_reached(for_account_from_address))
        or ADDRESS_CEILING.is_reached(from_address)
        or ACCOUNT.is_reached(for_account)
    )
    return settle_attempt(attempt, has_to_wait)


def settle_attempt(attempt: WrongPassword, has_to_wait: bool) -> WrongPassword | None:
    """Return the attempt, or delete it where one has to wait."""
    if not has_to_wait:
        return attempt
    attempt.delete()
    return None


def forget_attempts(attempt: WrongPassword) -> None:
    """Forget the attempts at an account from one source: the password was right."""
    WrongPassword.objects.filter(account=attempt.account, source=attempt.source).delete()


def forget_old_attempts() -> int:
    old = WrongPassword.objects.filter(at__lte=timezone.now() - A_DAY)
    return old.delete()[0]


def find_known_browser(request: HttpRequest, username: str) -> str | None:
    """Return the digest by which this browser's attempts are counted, where the account has signed in here before."""
    browser = read_browser_cookie(request)
    return (
        digest("browser", browser["id"])
        if digest("known", normalise_username(username)) in browser["accounts"]
        else None
    )


def remember_browser(request: HttpRequest, response: HttpResponseBase, username: str) -> None:
    """Make a browser known to an account: it has shown the password, or come by the link that was sent."""
    browser, account = read_browser_cookie(request), digest("known", normalise_username(username))
    others = [other for other in browser["accounts"] if other != account]
    browser["accounts"] = [account, *others][:MOST_ACCOUNTS]
    response.set_cookie(
        COOKIE,
        signing.dumps(browser, salt=SALT),
        max_age=HALF_A_YEAR,
        path="/accounts/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def read_browser_cookie(request: HttpRequest) -> dict[str, Any]:
    try:
        return signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=HALF_A_YEAR)
    except signing.BadSignature:
        return {"id": secrets.token_urlsafe(12), "accounts": []}


def address_block(request: HttpRequest) -> str:
    """Return the visitor's IPv4 address, however it is written, or the network of their IPv6 address.

    One machine has as many IPv6 addresses as it likes, so their network counts.
    """
    address = ipaddress.ip_address(visitor_address(request))
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.IPv6Network((address, 64), strict=False))
    return str(address)


def normalise_username(username: str) -> str:
    return username.strip().casefold()


def digest(kind: str, value: str) -> str:
    """Return a digest by which only this server knows a value again: people type their password where their name belongs."""
    return salted_hmac(f"throttle.{kind}", value, algorithm="sha256").hexdigest()[:32]
