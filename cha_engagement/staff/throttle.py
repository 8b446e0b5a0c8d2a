"""How often passwords may be tried, so that guessing is stopped and nobody is locked out by somebody else's tries.

A browser in which an account has signed in before is known to that account, by a signed cookie, and its tries are counted by
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
    """At most `tries` wrong passwords within a time."""

    tries: int
    within: timedelta

    def is_reached(self, tries: QuerySet[WrongPassword]) -> bool:
        return tries.filter(at__gt=timezone.now() - self.within).count() > self.tries


KNOWN_BROWSER = Limit(5, timedelta(minutes=5))
KNOWN_BROWSER_A_DAY = Limit(20, A_DAY)
"""Beyond which a browser is as unknown as any: somebody may have copied its cookie."""

ACCOUNT_AND_ADDRESS = (Limit(5, timedelta(minutes=5)), Limit(15, timedelta(hours=1)))
ADDRESS = Limit(60, timedelta(minutes=15))
"""Of many accounts. An office with hundreds of people has one address: whoever there has hardly tried yet is not kept out."""

HARDLY_TRIED = Limit(3, A_DAY)
"""Of one account from one address. Somebody who guesses at all accounts wins no more than this many tries at each of them."""

ADDRESS_AT_MOST = Limit(600, timedelta(minutes=15))
"""Of many accounts, hardly tried or made up: to look at a password keeps the server busy."""

ACCOUNT = Limit(30, timedelta(hours=1))
"""From many addresses. Whoever guesses with a thousand machines has no more tries than this."""


def take_try(request: HttpRequest, username: str) -> WrongPassword | None:
    """Count a try as a wrong password before the password is looked at, or return None where one has to wait.

    Counted first, or tries that come at once would all find room. A try that had to wait counts for nothing: nobody's wait is
    made longer by it. Whether there is such an account is not asked.
    """
    account, browser = digest("account", normal(username)), known_browser(request, username)
    if browser:
        attempt = WrongPassword.objects.create(account=account, source=browser, is_known=True)
        own = WrongPassword.objects.filter(account=account, source=browser)
        if not KNOWN_BROWSER_A_DAY.is_reached(own):
            return keep_or_drop(attempt, KNOWN_BROWSER.is_reached(own))
        attempt.delete()
    address = digest("address", address_block(request))
    attempt = WrongPassword.objects.create(account=account, source=address, is_known=False)
    unknown = WrongPassword.objects.filter(is_known=False)
    of_account, of_address = unknown.filter(account=account), unknown.filter(source=address)
    of_both = of_account.filter(source=address)
    has_to_wait = (
        any(limit.is_reached(of_both) for limit in ACCOUNT_AND_ADDRESS)
        or (ADDRESS.is_reached(of_address) and HARDLY_TRIED.is_reached(of_both))
        or ADDRESS_AT_MOST.is_reached(of_address)
        or ACCOUNT.is_reached(of_account)
    )
    return keep_or_drop(attempt, has_to_wait)


def keep_or_drop(attempt: WrongPassword, has_to_wait: bool) -> WrongPassword | None:
    if not has_to_wait:
        return attempt
    attempt.delete()
    return None


def forget_tries(attempt: WrongPassword) -> None:
    """The password was right: what was tried from there before it counts no more."""
    WrongPassword.objects.filter(account=attempt.account, source=attempt.source).delete()


def forget_old_tries() -> int:
    old = WrongPassword.objects.filter(at__lte=timezone.now() - A_DAY)
    return old.delete()[0]


def known_browser(request: HttpRequest, username: str) -> str | None:
    """Return by which this browser's tries are counted, where the account has signed in here before."""
    browser = read_cookie(request)
    return (
        digest("browser", browser["id"]) if digest("known", normal(username)) in browser["accounts"] else None
    )


def remember_browser(request: HttpRequest, response: HttpResponseBase, username: str) -> None:
    """Let a browser be known to an account: it has shown the password, or come by the link that was sent."""
    browser, account = read_cookie(request), digest("known", normal(username))
    others = [one for one in browser["accounts"] if one != account]
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


def read_cookie(request: HttpRequest) -> dict[str, Any]:
    try:
        return signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=HALF_A_YEAR)
    except signing.BadSignature:
        return {"id": secrets.token_urlsafe(12), "accounts": []}


def address_block(request: HttpRequest) -> str:
    """Return the visitor's address. One machine has as many addresses of the sixth version as it likes, so their network counts.

    One of the fourth version is the same however it is written.
    """
    address = ipaddress.ip_address(visitor_address(request))
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.IPv6Network((address, 64), strict=False))
    return str(address)


def normal(username: str) -> str:
    return username.strip().casefold()


def digest(kind: str, value: str) -> str:
    """Return a digest by which only this server knows a value again: people type their password where their name belongs."""
    return salted_hmac(f"throttle.{kind}", value, algorithm="sha256").hexdigest()[:32]
