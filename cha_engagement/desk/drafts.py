"""Typed text that could not be saved: kept by the server for whoever typed it, and given back to them in its form."""

import json
from base64 import urlsafe_b64encode
from contextlib import suppress
from copy import copy
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet, InvalidToken
from django import forms
from django.contrib.messages.storage import default_storage
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.core.handlers.wsgi import WSGIRequest
from django.db import DatabaseError, transaction
from django.forms.utils import ErrorDict
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.middleware.csrf import CsrfViewMiddleware
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.datastructures import MultiValueDict
from django.utils.http import url_has_allowed_host_and_scheme

from cha_engagement.core import hub
from cha_engagement.core.forms import ChangeForm, typed_over
from cha_engagement.core.refusals import Refused
from cha_engagement.staff.last_sign_in import find_last_person
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.requests import is_page_visit
from cha_engagement.staff.sessions import EARLIER_PAGES

from .models import LONGEST_PATH, Draft

KEPT_FOR = timedelta(days=30)
MOST_DRAFTS = 50
"""Of one person: the oldest give way."""
NOT_TYPED = {"csrfmiddlewaretoken", "version", "submission", "draft_path"}

Answers = dict[str, list[str]]


def cipher(person: StaffMember) -> Fernet:
    """Return what encrypts one person's drafts: a row moved to somebody else cannot be read by them."""
    key = salted_hmac("desk.Draft", str(person.pk), algorithm="sha256").digest()
    return Fernet(urlsafe_b64encode(key))


def keep_draft(*, by: StaffMember, path: str, answers: Answers) -> None:
    """Keep the answers of a form in place of what was kept of it before."""
    sealed = cipher(by).encrypt(json.dumps(answers).encode())
    kept = {"answers": sealed, "kept_at": timezone.now()}
    with transaction.atomic():
        Draft.objects.update_or_create(person=by, path=path, defaults=kept)
        newest = Draft.objects.filter(person=by).order_by("-kept_at", "-pk").values("pk")[:MOST_DRAFTS]
        Draft.objects.filter(person=by).exclude(pk__in=[row["pk"] for row in newest]).delete()


def read_answers(draft: Draft) -> Answers | None:
    """Return what was typed; None where the secret of this place has changed since."""
    try:
        return json.loads(cipher(draft.person).decrypt(bytes(draft.answers)))
    except InvalidToken:
        return None


def remove_old_drafts() -> int:
    """Remove what was kept for thirty days; how many."""
    removed, _ = Draft.objects.filter(kept_at__lte=timezone.now() - KEPT_FOR).delete()
    return removed


class EarlierToken(CsrfViewMiddleware):
    """Asks whether a form comes from a page that the same person opened before they signed in again."""

    def _get_secret(self, request: HttpRequest) -> str | None:
        return request.session.get(EARLIER_PAGES)

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        return HttpResponse(reason)


def is_genuine(request: HttpRequest) -> bool:
    """Return whether a page of ours has sent this form, opened by whoever sends it."""
    if getattr(request, "csrf_processing_done", False):
        return True
    return EarlierToken(lambda _: HttpResponse()).process_view(request, HttpResponse, (), {}) is None


def find_writer(request: HttpRequest) -> StaffMember | None:
    """Return who typed what is sent: whoever is signed in, or was until the session ended."""
    return request.user if request.user.is_authenticated else find_last_person(request)


def keeps_drafts(match: ResolverMatch | None) -> bool:
    """Return whether what is typed on a page is kept: on pages behind sign-in, but for passwords and what is asked of lists."""
    if match is None or not getattr(match.func, "login_required", True):
        return False
    if match.view_name == "look_up" or match.view_name in hub.listings:
        return False
    if match.view_name.startswith("admin:"):
        return match.view_name.endswith(("_add", "_change"))
    return not match.view_name.startswith("account_")


def typed_answers(request: HttpRequest) -> Answers:
    """Return what somebody answered in a form, without files; nothing where there is nothing to keep."""
    answers = {
        name: values
        for name, values in request.POST.lists()
        if name not in NOT_TYPED and not name.startswith("_")  # a button of the administration
    }
    if not any(map(any, answers.values())) or any("password" in name for name in answers):
        return {}
    ours = {name: request.POST.getlist(name) for name in ("version", "submission") if name in request.POST}
    return answers | ours


def find_page(address: str) -> ResolverMatch | None:
    """Return which page of ours has this path. An address elsewhere is none."""
    with suppress(Resolver404, ValueError):
        parts = urlsplit(address)
        is_path = url_has_allowed_host_and_scheme(address, allowed_hosts=None)
        if is_path and not parts.scheme and not parts.netloc:
            return resolve(parts.path)
    return None


class Opened(Exception):
    """A page has come to its form, for whoever asked for it."""


def opens(person: StaffMember, address: str, request: HttpRequest) -> bool:
    """Return whether somebody could open a form now: its page is asked as they would ask it, up to where it would be shown."""
    parts, match = urlsplit(address), find_page(address)
    if match is None:
        return False
    opening = {"REQUEST_METHOD": "GET", "PATH_INFO": parts.path, "QUERY_STRING": parts.query}
    asked: Any = WSGIRequest(request.META | opening)
    asked.user, asked.session, asked.resolver_match = person, request.session, match
    # What the page says is for whoever opens it, and not for whoever signs in next.
    asked._messages, asked.drafts = default_storage(asked), Asked(asked)
    try:
        match.func(asked, *match.args, **match.kwargs)
    except Opened:
        return True
    except (Http404, PermissionDenied, BadRequest, Refused):
        return False
    return False  # no form of this page could give it back


def page_sent_from(request: HttpRequest) -> str:
    """Return the path of the page on which a form was sent: its own, unless the browser says that it was another of ours."""
    own, referer = request.get_full_path(), request.headers.get("Referer", "")
    path = referer.removeprefix(f"{request.scheme}://{request.get_host()}")
    return path if path != referer and find_page(path) else own


class Drafts:
    """What a page asks of drafts, as `request.drafts`."""

    def __init__(self, request: HttpRequest):
        self.request = request
        self.path = request.get_full_path()
        self.begun_on = ""
        self.known: dict[str, str] = {}

    def is_waiting(self) -> bool:
        """Return whether something was kept of this page before."""
        person = find_writer(self.request)
        return person is not None and Draft.objects.filter(person=person, path=self.path).exists()

    def keep(self) -> bool:
        """Keep a form that was sent and is not saved. Whether it is kept: what cannot be kept spoils no answer."""
        request = self.request
        with suppress(DatabaseError, SuspiciousOperation, OSError):
            match = request.resolver_match
            if request.method != "POST" or match is None or not is_page_visit(request, match.func):
                return False
            # A button that posts elsewhere has no form to come back in.
            if page_sent_from(request) != self.path:
                return False
            return self.keep_for_page(self.path)
        return False

    def keep_for_page(self, path: str) -> bool:
        """Keep what was sent, as the answers of a page, where it is a page that may."""
        request = self.request
        if len(path) > LONGEST_PATH or not keeps_drafts(find_page(path)) or not is_genuine(request):
            return False
        answers, writer = typed_answers(request), find_writer(request)
        if not (answers and writer and (self.has_answered(path) or opens(writer, path, request))):
            return False
        keep_draft(by=writer, path=path, answers=answers)
        return True

    def has_answered(self, path: str) -> bool:
        """Return whether the page itself has looked at what was sent, and at who sent it. It keeps nothing where it was not to be found."""
        is_asked = self.request.user.is_authenticated and getattr(self.request, "csrf_processing_done", False)
        return path == self.path and is_asked

    def go_on_from(self, path: str, **known: str) -> None:
        """Let what was begun on one page come back on this one, with what is `known` now in answer to some of its questions."""
        self.begun_on, self.known = path, known

    def kept(self) -> list[Draft]:
        """What is kept for this page, the newest first."""
        kept = Draft.objects.filter(person=self.request.user.pk, path__in=[self.path, self.begun_on])
        return [*kept.select_related("person").order_by("-kept_at", "-pk")]

    def give_back(self, form: forms.Form, record: Any = None, version: Any = None) -> dict[str, Any]:
        """Fill a form that is about to be shown with what was kept of it. Returns what its page says of that.

        What was typed before the record changed does not go over the change: it stands beside the form, to be copied.
        """
        if isinstance(form, ChangeForm):
            record, version = form.record, form.record.version
        draft = next(iter(self.kept()), None)
        answers = read_answers(draft) if draft else None
        if draft is None or answers is None:
            return {}
        if draft.path != self.path:
            answers |= {name: [value] for name, value in self.known.items()}
        filled = fill_in(form, answers)
        if record and answers.get("version") != [str(version)]:
            return {"draft": draft, "draft_typed": typed_over(filled, record)}
        return {"form": filled, "draft": draft}

    def use_up(self) -> None:
        """Forget what was kept of a form: it has been saved, with what was begun before. What was kept here earlier was not in it."""
        for place, draft in enumerate(self.kept()):
            if place == 0 or draft.path == self.begun_on:
                draft.delete()


class Asked(Drafts):
    """What a page is given of which no more is wanted than whether it comes to its form, once there is something to give back."""

    def is_waiting(self) -> bool:
        return True

    def give_back(self, form: forms.Form, record: Any = None, version: Any = None) -> dict[str, Any]:
        raise Opened


def fill_in(form: forms.Form, answers: Answers) -> Any:
    """Return a copy of the form as it was when it was sent, with nothing checked: nobody has sent it now."""
    filled: Any = copy(form)
    data = QueryDict(mutable=True)
    for name, values in answers.items():
        data.setlist(name, values)
    filled.data, filled.files, filled.is_bound = data, MultiValueDict(), True
    filled._errors, filled._bound_fields_cache = ErrorDict(), {}
    return filled
