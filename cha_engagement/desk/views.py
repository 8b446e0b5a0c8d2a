from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cha_engagement.core.forms import form_page, posted_data
from cha_engagement.core.health import is_ready
from cha_engagement.core.paging import Page, paginate, read_key, write_cursor
from cha_engagement.core.records import models_by_prefix
from cha_engagement.core.refusals import raise_if_refused
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.enums import ActionGroup, CustomerTab, EventGroup
from cha_engagement.customers.few.queries import people_to_ask, standing_case
from cha_engagement.customers.few.rules import may_open_in_danger
from cha_engagement.customers.interfaces import (
    customer_notes,
    search_sources,
    unidentified_person_warnings,
)
from cha_engagement.customers.models import Customer
from cha_engagement.customers.queries import flag_labels, join_summaries, what_applies
from cha_engagement.customers.rules import (
    may_assign_customer,
    may_change_customer,
    may_read_card,
    may_request_assignment,
)
from cha_engagement.lists.interfaces import list_definitions
from cha_engagement.lists.queries import table_cells
from cha_engagement.organisation import calendar
from cha_engagement.organisation.admin import show_changes
from cha_engagement.staff.actions import mark_notice_read, mark_notices_read, set_absence
from cha_engagement.staff.forms import AbsenceForm
from cha_engagement.staff.interfaces import open_groups
from cha_engagement.staff.models import Notice, StaffMember, WiderAccess
from cha_engagement.staff.queries import team_of, unread_notices
from cha_engagement.staff.requests import StaffRequest, mark_as_script_view
from cha_engagement.staff.rules import (
    may_read_account_changes,
    may_read_wider_access,
    may_set_absence,
    roles_left_empty,
)

from . import actions, forms, history, holding, look_ups, queries, rules
from .context import ABSENCE_BEGUN
from .customer_tabs import (
    customer_frame,
    find_closed_customer,
    find_customer,
    group_actions,
    list_of_customer,
    next_step,
)
from .found_customers import FoundCustomers, find_customers
from .models import TaskRow, TypedDraft
from .quotes import quote_events
from .search import finding
from .typed_drafts import later_steps
from .waiting import Whose, deadlines_of_others, holder_of

MAX_NOTICES = 10
ACCOUNT_CHANGES = 20
LATEST_EVENTS = 5
"""How many of the latest events the overview of a customer shows."""
FRAGMENTS = {"1": "desk/look_up_results.html", "choices": "desk/look_up_choices.html"}
"""Parts of the look-up page: the results, and customers to choose from in another form."""


@require_safe
def home_page(request: StaffRequest) -> HttpResponse:
    notices = unread_notices(request.user)[:MAX_NOTICES]
    for notice in notices:
        notice.recipient = request.user  # whose permissions are known
    context = {
        "title": "My work",
        "page": queries.worklist_page(request, calendar.today()),
        "notices": notices,
        "tabs": queries.work_tabs(request.user, Whose.MINE),
        "nobodys_count": queries.count_of_nobody(request.user),
    }
    return render(request, "desk/home.html", context)


@require_safe
def work_of_others(request: StaffRequest, whose: Whose) -> HttpResponse:
    """Show what waits for a reader's team, or for anybody."""
    raise_if_refused(rules.may_see_work_of_others(request.user))
    today = calendar.today()
    others = queries.work_of_others(request.user, whose, request.GET.get("of", ""), today)
    context = {
        "title": "My team’s work" if whose == Whose.TEAM else "Everybody’s work",
        "whose": whose,
        "others": others,
        "page": queries.worklist_page(request, today, others),
        "team": team_of(request.user) if whose == Whose.TEAM else [],
        "tabs": queries.work_tabs(request.user, whose),
    }
    return render(request, "desk/home.html", context)


def hand_over_task(request: StaffRequest, pk: int) -> HttpResponse:
    """Say who does what waits. Its row is written anew whenever what it says changes, so that an old page may lead nowhere."""
    raise_if_refused(rules.may_hand_over_tasks(request.user))
    back = "home" if rules.may_see_work_of_others(request.user) else "work_of_everybody"
    task = TaskRow.objects.select_related("customer", "note_about").filter(pk=pk).first()
    if task is None or pk not in deadlines_of_others(request.user, Whose.EVERYBODY):
        messages.info(request, "That has been done, or has changed since you opened the list.")
        return redirect(back)
    raise_if_refused(rules.may_hand_over_task(request.user, task))
    form = forms.HandOverForm(
        posted_data(request), task=task, holder=holder_of(task), cancel_url=reverse(back)
    )
    if form.carry_out(holding.hand_over_task, task=task, by=request.user):
        person = form.cleaned_data["person"]
        messages.success(
            request, f"{person} does it from now on." if person else "It waits for whoever can do it."
        )
        return redirect(back)
    return form_page(
        request,
        "desk/hand_over.html",
        form,
        title="Say who does it",
        back_url=reverse(back),
        caption=queries.task_in_words(task),
    )


@require_safe
def work_of_nobody(request: StaffRequest) -> HttpResponse:
    """Show what nobody could do who was there this morning, without a name."""
    raise_if_refused(rules.may_see_what_nobody_does(request.user))
    return render(request, "desk/nobody.html", {"tasks": queries.tasks_of_nobody(request.user)})


def absence_page(request: StaffRequest, pk: int = 0) -> HttpResponse:
    """Say until when somebody is away, and show first what is open for them and on whom it falls.

    The day stands in the address: whoever hands something over first comes back to it (`ABSENCE_BEGUN`).
    """
    person = get_object_or_404(StaffMember, pk=pk, is_active=True) if pk else request.user
    raise_if_refused(may_set_absence(request.user, person))
    is_own = person == request.user
    form = AbsenceForm(
        posted_data(request),
        initial={"away_until": read_day(request.GET.get("until")) or person.away_until},
        person=person,
        is_own=is_own,
        cancel_url=reverse("home"),
    )
    if form.is_bound and form.is_valid():
        until = form.cleaned_data["away_until"]
        if until and until != person.away_until and not form.has_seen:
            return redirect(f"{request.path}?{urlencode({'until': until.isoformat()})}")
    if form.carry_out(set_absence, person=person, by=request.user):
        request.session.pop(ABSENCE_BEGUN, None)
        whose = "You are" if is_own else f"{person} is"
        messages.success(
            request,
            f"{whose} away until {uk_date(person.away_until)}." if person.away_until else f"{whose} back.",
        )
        return redirect("home")
    until = None if form.is_bound else read_day(request.GET.get("until"))
    if until and until == person.away_until:  # the browser's Back, after it was said
        return redirect(request.path)
    if until:
        request.session[ABSENCE_BEGUN] = [request.get_full_path(), "" if is_own else str(person)]
    else:
        request.session.pop(ABSENCE_BEGUN, None)
    context = {
        "person": person,
        "is_own": is_own,
        "until": until,
        "groups": open_groups(person, request.user, is_absence=True),
        "left_empty": roles_left_empty(person, away_until=until) if until else [],
        "team": team_of(request.user) if is_own else [],
    }
    title = "Your absence" if is_own else f"Absence of {person}"
    return form_page(request, "desk/absence.html", form, title=title, **context)


def read_day(text: str | None) -> date | None:
    """Return a day of today or to come from an address; None where there is none."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if calendar.today() <= day <= calendar.add_months(calendar.today(), 24) else None


@require_POST
def mark_notice_as_read(request: StaffRequest, pk: int) -> HttpResponse:
    notice = get_object_or_404(Notice, recipient=request.user, pk=pk)
    mark_notice_read(notice, by=request.user)
    return redirect("home")


@require_POST
def mark_notices_as_read(request: StaffRequest, pk: int) -> HttpResponse:
    """Mark all notices as read, up to the newest that the page showed."""
    newest = get_object_or_404(Notice, recipient=request.user, pk=pk)
    if mark_notices_read(by=request.user, up_to=newest.pk):
        messages.success(request, "Your messages are marked as read.")
    return redirect("home")


@require_http_methods(["GET", "HEAD", "POST"])
def look_up_page(request: StaffRequest) -> HttpResponse:
    """Show the whole page, or one of the `FRAGMENTS`, fetched while somebody types.

    Words are posted, and the page that answers has the number under which the session keeps them: no address, and so no log, names
    whom somebody looked for.
    """
    raise_if_refused(may_read_card(request.user))
    if request.method == "POST":
        words = request.POST.get("q", "").strip()
        if "\0" in words:
            raise BadRequest("a NUL byte among the words")
        if fragment := FRAGMENTS.get(request.POST.get("fragment", "")):
            return look_up_results(request, fragment, words)
        if len(words) > look_ups.MAX_LENGTH:
            return look_up_results(
                request, "desk/look_up.html", words, found=finding.search(words, request.user)
            )
        if not words:
            return redirect("look_up")
        return redirect(f"{reverse('look_up')}?asked={look_ups.keep_look_up(request.session, words)}")
    asked = request.GET.get("asked", "")
    words = look_ups.kept_look_up(request.session, asked)
    found = finding.search(words, request.user)
    return look_up_results(request, "desk/look_up.html", words, found=found, asked=asked)


def look_up_results(request: StaffRequest, template: str, words: str, **more: Any) -> HttpResponse:
    answer = find_customers(words, request.user) if words else FoundCustomers([])
    readable = [customer for customer in answer.customers if customer.pk not in request.user.closed_customers]
    closed = [customer for customer in answer.customers if customer not in readable]
    labels = flag_labels(closed)
    applies = what_applies(readable) | {
        customer.pk: join_summaries([*(["died"] if customer.deceased_on else []), *labels[customer.pk]])
        for customer in closed
    }
    notes = customer_notes(readable) if template == FRAGMENTS["choices"] else {}
    results = [(customer, applies[customer.pk], notes.get(customer.pk, [])) for customer in answer.customers]
    warnings = unidentified_person_warnings(words) if words else []
    context = {"q": words, "answer": answer, "results": results, "warnings": dict.fromkeys(warnings)}
    return render(request, template, context | more)


@require_safe
def search_page(request: StaffRequest, code: str) -> HttpResponse:
    """Show all records of one kind that have the words of a look-up, the newest first."""
    raise_if_refused(may_read_card(request.user))
    source = next((source for source in search_sources() if source.code == code), None)
    if source is None:
        raise Http404
    asked = request.GET.get("asked", "")
    words = look_ups.kept_look_up(request.session, asked)
    cursor = request.GET.get("after", "")
    before = read_key(cursor) if cursor else finding.NEWEST
    found = finding.search_source(source, words, request.user, finding.PAGE, before)
    first_url = f"?{urlencode({'asked': asked})}"
    next_url = f"{first_url}&after={write_cursor([found.next_key])}" if found.next_key else ""
    page = Page(found.rows, next_url, first_url if cursor else "")
    return render(request, "desk/search.html", {"q": words, "asked": asked, "found": found, "page": page})


@require_safe
def customer_page(request: StaffRequest, reference: str) -> HttpResponse:
    if closed := find_closed_customer(request, reference):
        return closed_case_page(request, closed)
    frame = customer_frame(request, reference, CustomerTab.OVERVIEW)
    customer = frame["customer"]
    household = queries.household(customer, request.user)
    flags = flag_labels(household)
    step = next_step(request, customer, frame["actions"])
    others = [action for action in frame["actions"] if not step or action != step.action]
    context = frame | {
        "next_step": step,
        "quick_actions": [action for action in others if action.group == ActionGroup.LOG],
        "action_groups": group_actions(action for action in others if action.group != ActionGroup.LOG),
        "side_boxes": queries.side_boxes(customer, request.user, CustomerTab.OVERVIEW),
        "household": [(member, flags[member.pk]) for member in household],
        "may_change": may_change_customer(request.user, customer) is None,
        "may_assign": may_assign_customer(request.user) is None,
        "may_ask": may_request_assignment(request.user, customer) is None,
        "page": queries.timeline_page(request, customer, size=LATEST_EVENTS),
    }
    return render(request, "desk/customer.html", context)


def closed_case_page(request: StaffRequest, customer: Customer) -> HttpResponse:
    """Show the instructions of the card alone, and whom to ask. Beyond the policy: B33."""
    case = standing_case(customer)
    context = {
        "customer": customer,
        "card": queries.card_of_closed_case(customer, request.user),
        "people": people_to_ask(case) if case else [],
        "may_open": may_open_in_danger(request.user) is None,
    }
    return render(request, "desk/customer_closed.html", context)


@require_safe
def customer_timeline(request: StaffRequest, reference: str) -> HttpResponse:
    """Show what happened, newest first and with its words, all of it or of one group."""
    context = customer_frame(request, reference, CustomerTab.TIMELINE)
    group = request.GET.get("kind", "")
    chosen = EventGroup(group) if group in EventGroup.values else None
    customer = context["customer"]
    page = queries.timeline_page(request, customer, group=chosen)
    quoted = quote_events(page, request.user.narrow_to_customer(customer.pk))
    return render(
        request,
        "desk/customer_timeline.html",
        context | {"page": quoted, "groups": EventGroup, "chosen": chosen},
    )


@require_safe
def customer_list(request: StaffRequest, reference: str, tab: CustomerTab) -> HttpResponse:
    """Show the records of one customer that the list of the tab's name has, as far as its reader may see them."""
    context = customer_frame(request, reference, tab)
    definition = list_of_customer(list_definitions()[tab])
    raise_if_refused(definition.may_read(request.user))
    customer = context["customer"]
    rows = definition.rows(request.user.narrow_to_customer(customer.pk)).filter(customer=customer)
    page = paginate(request, rows, definition.ordering)
    definition.complete_rows(page.rows)
    cells = table_cells(definition.columns, page.rows)
    return render(
        request,
        "desk/customer_list.html",
        context
        | {
            "definition": definition,
            "page": page,
            "cells": cells,
        },
    )


@require_safe
def customer_boxes(request: StaffRequest, reference: str, tab: CustomerTab) -> HttpResponse:
    """Show a tab that is made of boxes."""
    context = customer_frame(request, reference, tab)
    customer = context["customer"]
    boxes = queries.side_boxes(customer, request.user, tab)
    may_change = may_change_customer(request.user, customer) is None
    may_assign = may_assign_customer(request.user) is None
    return render(
        request,
        f"desk/customer_{tab}.html",
        context
        | {
            "side_boxes": boxes,
            "may_change": may_change,
            "may_assign": may_assign,
        },
    )


@require_safe
def card_page(request: StaffRequest, reference: str) -> HttpResponse:
    """Show the card alone, to print."""
    customer = find_customer(request, reference)
    context = {"customer": customer, "card": queries.customer_card(customer, request.user)}
    return render(request, "desk/customer_card.html", context)


@require_safe
def history_page(request: StaffRequest, folder: str, reference: str) -> HttpResponse:
    """Show the history of any record. Its address is the record's own, and `history/`."""
    model = models_by_prefix().get(reference[:3])
    if model is None:
        raise Http404
    # Those merged into others have their history still.
    visible = getattr(model.objects, "visible_with_merged", model.objects.visible_to)
    record = get_object_or_404(visible(request.user), reference=reference)
    if request.path != f"{record.get_absolute_url()}history/":
        raise Http404
    raise_if_refused(rules.may_view_history(request.user, record))
    page = paginate(request, history.history_rows(record), ("-sequence",))
    return render(
        request, "desk/history.html", {"record": record, "page": page, "changes": history.changes(page.rows)}
    )


@require_safe
def wider_access_page(request: StaffRequest) -> HttpResponse:
    """Show who came to read more, and by whose action. Policy §65."""
    raise_if_refused(may_read_wider_access(request.user))
    page = paginate(request, WiderAccess.objects.select_related("reader", "by", "notified"), ("-pk",))
    return render(request, "desk/wider_access.html", {"page": page})


@require_safe
def account_changes_page(request: StaffRequest) -> HttpResponse:
    """Show what was done to accounts, and by whom. Policy §65."""
    raise_if_refused(may_read_account_changes(request.user))
    rows = StaffMember.history.model.objects.select_related("history_user")
    page = paginate(request, rows, ("-history_id",), ACCOUNT_CHANGES)
    for row in page.rows:
        show_changes(row)
    return render(request, "desk/account_changes.html", {"page": page})


@mark_as_script_view
@login_not_required
@require_POST
def keep_typed_draft(request: StaffRequest) -> HttpResponse:
    """Keep what somebody typed on the page `draft_path`: while they type, as they leave it, or when their session ends or has ended.

    Where they emptied its form, nothing of it is kept any more.
    """
    typed_drafts, path = request.typed_drafts, request.POST.get("draft_path", "")
    is_in_step = typed_drafts.discard_emptied(path) or typed_drafts.keep_for_page(path)
    return HttpResponse(status=204 if is_in_step else 422)


@require_POST
def discard_typed_draft(request: StaffRequest, pk: int) -> HttpResponse:
    typed_draft = get_object_or_404(TypedDraft, person=request.user, pk=pk)
    actions.discard_typed_draft(typed_draft)
    request.typed_drafts.discard_steps(*later_steps(typed_draft.path))
    return redirect(typed_draft.path)


@login_not_required
def health_page(request: HttpRequest) -> HttpResponse:
    if not is_ready():
        return HttpResponse("not ready", content_type="text/plain", status=503)
    return HttpResponse("ok", content_type="text/plain")
