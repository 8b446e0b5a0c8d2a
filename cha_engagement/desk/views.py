from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cha_engagement.core import hub
from cha_engagement.core.health import is_ready
from cha_engagement.core.paging import pages
from cha_engagement.core.refusals import raise_if_refused
from cha_engagement.customers.models import Customer
from cha_engagement.customers.queries import annotate_flags, flag_labels, household_members
from cha_engagement.customers.rules import (
    may_assign_customer,
    may_change_customer,
    may_read_card,
    may_request_assignment,
)
from cha_engagement.organisation import calendar
from cha_engagement.staff.actions import mark_notice_read
from cha_engagement.staff.models import Notice, WiderAccess
from cha_engagement.staff.requests import StaffRequest, mark_as_script_view
from cha_engagement.staff.rules import may_read_wider_access

from . import history, queries, rules, words
from .models import Draft

MOST_NOTICES = 10


@require_safe
def home(request: StaffRequest) -> HttpResponse:
    unread = Notice.objects.filter(recipient=request.user, read_at=None).order_by("-created_at", "-pk")
    context = {"page": queries.worklist(request, calendar.today()), "notices": unread[:MOST_NOTICES]}
    return render(request, "desk/home.html", context)


@require_POST
def read_notice(request: StaffRequest, pk: int) -> HttpResponse:
    notice = get_object_or_404(Notice, recipient=request.user, pk=pk)
    mark_notice_read(notice, by=request.user)
    return redirect("home")


@require_http_methods(["GET", "HEAD", "POST"])
def look_up(request: StaffRequest) -> HttpResponse:
    """The whole page, or for `fragment=1` the answers alone, fetched while somebody types.

    Words are posted, and the page that answers has the number under which the session keeps them: no address, and so no log, names
    whom somebody looked for.
    """
    raise_if_refused(may_read_card(request.user))
    if request.method == "POST":
        q = request.POST.get("q", "").strip()
        if "\0" in q:
            raise BadRequest("a NUL byte among the words")
        if request.POST.get("fragment"):
            return answers(request, "desk/look_up_results.html", q)
        if len(q) > words.LONGEST:
            return answers(request, "desk/look_up.html", q)
        return redirect(f"{reverse('look_up')}?asked={words.keep(request.session, q)}" if q else "look_up")
    return answers(request, "desk/look_up.html", words.kept(request.session, request.GET.get("asked", "")))


def answers(request: StaffRequest, template: str, q: str) -> HttpResponse:
    found = queries.look_up(q, request.user) if q else []
    results = [(customer, flag_labels(customer)) for customer in found]
    may_be = [said for source in hub.unidentified for said in source(q)] if q else []
    return render(request, template, {"q": q, "results": results, "may_be": dict.fromkeys(may_be)})


@require_safe
def customer(request: StaffRequest, reference: str) -> HttpResponse:
    shown = seen(request, reference)
    context = {
        "customer": shown,
        "card": queries.card(shown, request.user),
        "actions": queries.actions(shown, request.user),
        "side_boxes": queries.side_boxes(shown, request.user),
        "household": [(member, flag_labels(member)) for member in annotate_flags(household_members(shown))],
        "may_change": may_change_customer(request.user, shown) is None,
        "may_assign": may_assign_customer(request.user) is None,
        "may_ask": may_request_assignment(request.user, shown) is None,
        "may_view_history": rules.may_view_history(request.user, shown) is None,
        "page": queries.timeline(request, shown),
    }
    return render(request, "desk/customer.html", context)


@require_safe
def customer_card(request: StaffRequest, reference: str) -> HttpResponse:
    """The card alone, to print."""
    shown = seen(request, reference)
    return render(
        request, "desk/customer_card.html", {"customer": shown, "card": queries.card(shown, request.user)}
    )


def seen(request: StaffRequest, reference: str) -> Customer:
    """Return a customer to whoever may read their card, with whether it is `unread` by this user."""
    visible = Customer.objects.visible_to(request.user).annotate(unread=hub.unread_by(request.user))
    customer = get_object_or_404(
        visible.select_related("assigned_to__line_manager", "speaks_for"), reference=reference
    )
    raise_if_refused(may_read_card(request.user))
    return customer


@require_safe
def record_history(request: StaffRequest, folder: str, reference: str) -> HttpResponse:
    """What any record said before. Its address is the record's own, and `history/`."""
    model = history.models_with_a_page().get(reference[:3])
    if model is None:
        raise Http404
    # Those merged into others have their history still.
    visible = getattr(model.objects, "visible_with_merged", model.objects.visible_to)
    record = get_object_or_404(visible(request.user), reference=reference)
    if request.path != f"{record.get_absolute_url()}history/":
        raise Http404
    raise_if_refused(rules.may_view_history(request.user, record))
    page = pages(request, history.rows(record), ("-sequence",))
    return render(
        request, "desk/history.html", {"record": record, "page": page, "changes": history.changes(page.rows)}
    )


@require_safe
def wider_access(request: StaffRequest) -> HttpResponse:
    """Who came to read more, and by whose step. Policy §65."""
    raise_if_refused(may_read_wider_access(request.user))
    page = pages(request, WiderAccess.objects.select_related("reader", "by", "notified"), ("-pk",))
    return render(request, "desk/wider_access.html", {"page": page})


@mark_as_script_view
@login_not_required
@require_POST
def keep_draft(request: StaffRequest) -> HttpResponse:
    """Keep what somebody typed on the page `draft_path`, whose session ends or has ended."""
    path = request.POST.get("draft_path", "")
    return HttpResponse(status=204 if request.drafts.keep_for_page(path) else 422)


@require_POST
def discard_draft(request: StaffRequest, pk: int) -> HttpResponse:
    draft = get_object_or_404(Draft, person=request.user, pk=pk)
    draft.delete()
    return redirect(draft.path)


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    if not is_ready():
        return HttpResponse("not ready", content_type="text/plain", status=503)
    return HttpResponse("ok", content_type="text/plain")
