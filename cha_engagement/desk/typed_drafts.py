"""Forms that are not saved, since they were refused or since a later page saves them: kept by the server for whoever typed into them."""

from contextlib import suppress
from copy import copy
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib.messages.storage import default_storage
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.core.handlers.wsgi import WSGIRequest
from django.db import DatabaseError
from django.db.models import Q, QuerySet
from django.forms.utils import ErrorDict
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.middleware.csrf import CsrfViewMiddleware
from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils.datastructures import MultiValueDict
from django.utils.http import url_has_allowed_host_and_scheme

from cha_engagement.core.answers import differing_answers
from cha_engagement.core.forms import ChangeForm, has_made_record
from cha_engagement.core.interfaces import SteppedForms, desks
from cha_engagement.core.refusals import Refused
from cha_engagement.core.statements import AskedText, kept_records
from cha_engagement.lists.interfaces import list_definitions
from cha_engagement.staff.last_sign_in import find_last_person
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.requests import is_page_visit
from cha_engagement.staff.sessions import EARLIER_PAGES

from .actions import discard_typed_draft, keep_typed_draft
from .models import LONGEST_PATH, Answers, TypedDraft

IGNORED_NAMES = {"csrfmiddlewaretoken", "version", "submission", "draft_path", "show_first"}


class EarlierTokenCheck(CsrfViewMiddleware):
    """Asks whether a form comes from a page that the same person opened before they signed in again."""

    def _get_secret(self, request: HttpRequest) -> str | None:
        return request.session.get(EARLIER_PAGES)

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        return HttpResponse(reason)


def typed_drafts_of_pages(person: int, *paths: str) -> QuerySet[TypedDraft]:
    typed_drafts = TypedDraft.objects.filter(person=person, path__in=paths)
    return typed_drafts.select_related("person").order_by("-kept_at", "-pk")


def is_genuine(request: HttpRequest) -> bool:
    """Return whether a page of ours sent this form, opened by whoever sends it."""
    if getattr(request, "csrf_processing_done", False):
        return True
    return EarlierTokenCheck(lambda _: HttpResponse()).process_view(request, HttpResponse, (), {}) is None


def find_writer(request: HttpRequest) -> StaffMember | None:
    """Return who typed what is sent: whoever is signed in, or was until the session ended."""
    return request.user if request.user.is_authenticated else find_last_person(request)


def can_keep_typed_drafts(match: ResolverMatch | None) -> bool:
    """Return whether a page keeps what is typed: behind sign-in, but for passwords and what is asked of lists."""
    if match is None or not getattr(match.func, "login_required", True):
        return False
    if match.view_name == "look_up" or match.view_name in list_definitions():
        return False
    if match.view_name.startswith("admin:"):
        return match.view_name.endswith(("_add", "_change"))
    return not match.view_name.startswith("account_")


def sent_answers(request: HttpRequest) -> Answers:
    """Return the answers of a form that was sent, without files and what only carries it."""
    return {
        name: values
        for name, values in request.POST.lists()
        if name not in IGNORED_NAMES and not name.startswith("_")  # a button of the administration
    }


def is_answered(answers: Answers) -> bool:
    return any(map(any, answers.values()))


def typed_answers(request: HttpRequest) -> Answers:
    """Return what somebody answered in a form, without files; nothing where there is nothing to keep."""
    answers = sent_answers(request)
    if not is_answered(answers) or any("password" in name for name in answers):
        return {}
    hidden = {name: request.POST.getlist(name) for name in ("version", "submission") if name in request.POST}
    return answers | hidden


def find_page(address: str) -> ResolverMatch | None:
    """Return the page of ours that has this path. An address elsewhere has none, nor has one that no browser sends."""
    if not (address.isascii() and address.isprintable()):
        return None
    with suppress(Resolver404, ValueError):
        parts = urlsplit(address)
        is_path = url_has_allowed_host_and_scheme(address, allowed_hosts=None)
        if is_path and not parts.scheme and not parts.netloc:
            return resolve(parts.path)
    return None


def later_steps(address: str) -> list[str]:
    """Return the paths of the pages that come after one in a form of several, and rest on what is typed there."""
    if (match := find_page(address)) is None:
        return []
    return [
        reverse(name, args=match.args, kwargs=match.kwargs)
        for desk in desks(SteppedForms)
        for steps in desk.step_pages
        if match.view_name in steps
        for name in steps[steps.index(match.view_name) + 1 :]
    ]


class FormReached(Exception):
    """A page came to its form, for whoever asked for it."""


def can_open(person: StaffMember, address: str, request: HttpRequest) -> bool:
    """Return whether somebody could open a form now: its page is asked as they would ask it, up to where it would be shown."""
    parts, match = urlsplit(address), find_page(address)
    if match is None:
        return False
    opening = {"REQUEST_METHOD": "GET", "PATH_INFO": parts.path, "QUERY_STRING": parts.query}
    probe: Any = WSGIRequest(request.META | opening)
    probe.user, probe.session, probe.resolver_match = person, request.session, match
    # The page's messages are for whoever opens it, and not for whoever signs in next.
    probe._messages, probe.typed_drafts = default_storage(probe), ProbeTypedDrafts(probe)
    try:
        match.func(probe, *match.args, **match.kwargs)
    except FormReached:
        return True
    except (Http404, PermissionDenied, BadRequest, Refused):
        return False
    return False  # no form of this page could give it back


def sending_page(request: HttpRequest) -> str:
    """Return the path of the page on which a form was sent: its own, unless the browser says that it was another of ours."""
    own_path, referer = request.get_full_path(), request.headers.get("Referer", "")
    path = referer.removeprefix(f"{request.scheme}://{request.get_host()}")
    return path if path != referer and find_page(path) else own_path


class PageTypedDrafts:
    """The typed drafts of a page, as `request.typed_drafts`."""

    def __init__(self, request: HttpRequest):
        self.request = request
        self.path = request.get_full_path()
        self.begun_path = ""
        self.leads_on = False
        self.known_answers: dict[str, str] = {}

    @property
    def can_keep(self) -> bool:
        """Return whether this page keeps what is typed into it."""
        return can_keep_typed_drafts(self.request.resolver_match)

    def is_waiting(self) -> bool:
        """Return whether a typed draft of this page is kept."""
        person = find_writer(self.request)
        return person is not None and TypedDraft.objects.filter(person=person, path=self.path).exists()

    def keep(self) -> bool:
        """Keep a form that was sent and is not saved, and return whether it is kept: what cannot be kept spoils no answer."""
        request = self.request
        with suppress(DatabaseError, SuspiciousOperation, OSError):
            match = request.resolver_match
            if request.method != "POST" or match is None or not is_page_visit(request, match.func):
                return False
            # A button that posts elsewhere has no form to come back in.
            if sending_page(request) != self.path:
                return False
            return self.keep_for_page(self.path)
        return False

    def keep_for_page(self, path: str) -> bool:
        """Keep the answers that were sent as those of a page, where that page keeps any, and return whether they are kept."""
        request = self.request
        if len(path) > LONGEST_PATH or not can_keep_typed_drafts(find_page(path)) or not is_genuine(request):
            return False
        answers, writer = typed_answers(request), find_writer(request)
        if not (answers and writer) or any(map(has_made_record, answers.get("submission", ()))):
            return False
        if not (self.has_answered(path) or can_open(writer, path, request)):
            return False
        keep_typed_draft(by=writer, path=path, answers=answers)
        return True

    def discard_emptied(self, path: str) -> bool:
        """Discard the draft of a page whose form was emptied, and return whether it was: nothing of it comes back."""
        writer = find_writer(self.request)
        if writer is None or is_answered(sent_answers(self.request)) or not is_genuine(self.request):
            return False
        if not can_keep_typed_drafts(find_page(path)):
            return False
        for typed_draft in TypedDraft.objects.filter(person=writer, path=path):
            discard_typed_draft(typed_draft)
        return True

    def has_answered(self, path: str) -> bool:
        """Return whether the page itself has looked at the answers, and at who sent them. It keeps nothing where it was not to be found."""
        is_asked = self.request.user.is_authenticated and getattr(self.request, "csrf_processing_done", False)
        return path == self.path and is_asked

    def keep_for_next_step(self, path: str) -> None:
        """Keep a form that was sent, as that of a page: a later step saves it, with what it asks itself."""
        self.leads_on = self.keep_for_page(path)
        if self.leads_on and path != self.path:
            self.discard_steps(self.path)

    def read_step(self, path: str) -> QueryDict | None:
        """Return what this person typed on an earlier step; None where nothing of it is kept."""
        typed_draft = TypedDraft.objects.filter(person=self.request.user.pk, path=path).first()
        answers = typed_draft.read_answers() if typed_draft else None
        return None if answers is None else query_dict(answers)

    def discard_steps(self, *paths: str) -> None:
        """Discard what was typed on the steps that led to what is saved now, from wherever they were opened."""
        kept = TypedDraft.objects.filter(person=self.request.user.pk)
        for path in paths:
            for typed_draft in kept.filter(Q(path=path) | Q(path__startswith=f"{path}?")):
                discard_typed_draft(typed_draft)

    def continue_from(self, path: str, **known_answers: str) -> None:
        """Let a typed draft of one page come back on this one, with what is known now in answer to some of its questions."""
        self.begun_path, self.known_answers = path, known_answers

    def find_typed_drafts(self) -> list[TypedDraft]:
        """Return the typed drafts of this page, the newest first."""
        paths = AskedText(self.path), AskedText(self.begun_path)
        return kept_records(TypedDraft, typed_drafts_of_pages, self.request.user.pk or 0, *paths)

    def restore(self, form: forms.Form, record: Any = None, version: Any = None) -> dict[str, Any]:
        """Fill a form that is about to be shown with its typed draft, and return what its page shows of that.

        Answers from before the record changed do not overwrite the change: they stand beside the form, to be copied.
        """
        if isinstance(form, ChangeForm):
            record, version = form.record, form.record.version
        typed_draft = next(iter(self.find_typed_drafts()), None)
        answers = typed_draft.read_answers() if typed_draft else None
        if typed_draft is None or answers is None:
            return {}
        # What the page knows by now: whoever opens it anew has seen what had changed.
        answers |= {
            bound.name: [str(bound.initial)]
            for bound in form.hidden_fields()
            if bound.name not in IGNORED_NAMES and bound.initial is not None
        }
        if typed_draft.path != self.path:
            answers |= {name: [value] for name, value in self.known_answers.items()}
        filled = filled_copy(form, answers)
        if record and answers.get("version") != [str(version)]:
            return {"typed_draft": typed_draft, "typed_draft_differences": differing_answers(filled, record)}
        return {"form": filled, "typed_draft": typed_draft}

    def discard_saved(self) -> None:
        """Discard the typed draft of a form that has been saved, and that of the page on which it was begun. An older one of this page was not in it.

        A step that leads on to another has saved nothing yet.
        """
        if self.leads_on:
            return
        for index, typed_draft in enumerate(self.find_typed_drafts()):
            if index == 0 or typed_draft.path == self.begun_path:
                discard_typed_draft(typed_draft)


class ProbeTypedDrafts(PageTypedDrafts):
    """The typed drafts of a page that is only asked whether it comes to its form: there is something to restore."""

    def is_waiting(self) -> bool:
        return True

    def restore(self, form: forms.Form, record: Any = None, version: Any = None) -> dict[str, Any]:
        raise FormReached


def filled_copy(form: forms.Form, answers: Answers) -> Any:
    """Return a copy of the form with these answers and nothing checked: nobody has sent it now."""
    filled: Any = copy(form)
    filled.data, filled.files, filled.is_bound = query_dict(answers), MultiValueDict(), True
    filled._errors, filled._bound_fields_cache = ErrorDict(), {}
    return filled


def query_dict(answers: Answers) -> QueryDict:
    """Return answers as a form is sent."""
    data = QueryDict(mutable=True)
    for name, values in answers.items():
        data.setlist(name, values)
    return data
