from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cha_engagement.core import hub
from cha_engagement.core.forms import form_page, posted_data
from cha_engagement.core.paging import paginate
from cha_engagement.core.refusals import raise_if_refused
from cha_engagement.organisation import calendar
from cha_engagement.staff.requests import StaffRequest

from . import actions, queries, rules
from .forms import KeepForm
from .models import Export, KeptFilter


@require_http_methods(["GET", "HEAD", "POST"])
def list_page(request: StaffRequest, code: str, template: str) -> HttpResponse:
    """A list as far as its reader may see it, narrowed to what its address asks.

    The questions are posted, and lead to an address that holds choices, days and references: never a name that somebody typed.
    """
    listing = listed(request, code)
    asked = form = listing.filter(request.GET, user=request.user)
    if request.method == "POST":
        form = listing.filter(request.POST, user=request.user)
        if form.is_valid():
            query = form.query()
            return redirect(f"{reverse(code)}?{query}" if query else code)
    ways = listing.by_way(request.user) if listing.by_way else [listing.rows(request.user)]
    page = paginate(request, [asked.narrow(way) for way in ways], listing.ordering, dress=listing.dress)
    return form_page(request, template, form, page=page, **queries.around(request, listing, asked))


def listed(request: StaffRequest, code: str) -> hub.Listing:
    """The list with this code, which this reader may read."""
    listing = hub.listings.get(code)
    if listing is None:
        raise Http404
    raise_if_refused(listing.may_read(request.user))
    return listing


def keep(request: StaffRequest, code: str) -> HttpResponse:
    listing = listed(request, code)
    asked = listing.filter(request.GET, user=request.user)
    query = asked.query()
    back = f"{reverse(code)}?{query}"
    form = KeepForm(posted_data(request), cancel_url=back)
    if kept := form.carry_out(actions.keep, query=query, listing=listing, by=request.user):
        messages.success(request, f"“{kept}” is kept: it stands above this list.")
        return redirect(kept)
    return form_page(request, "lists/keep.html", form, listing=listing, said=asked.said, back_url=back)


@require_POST
def remove(request: StaffRequest, pk: int) -> HttpResponse:
    kept = get_object_or_404(KeptFilter, owner=request.user, pk=pk)
    actions.remove(kept)
    messages.success(request, f"“{kept}” is removed.")
    return redirect(kept.listing)


@require_POST
def export(request: StaffRequest, code: str) -> HttpResponseBase:
    """Send a list as a file. Where its filter makes no sense, lead to its page, which says so: a file could not."""
    listing = listed(request, code)
    raise_if_refused(rules.may_export(request.user))
    asked = listing.filter(request.GET, user=request.user)
    if not asked.is_valid():
        return redirect(f"{reverse(code)}?{request.GET.urlencode()}")
    parts = actions.export(listing=listing, asked=asked, by=request.user)
    name = f"{code}-{calendar.today().isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(parts, content_type="text/csv; charset=utf-8", headers=headers)


@require_safe
def exports(request: StaffRequest) -> HttpResponse:
    """Who took which list away. Policy §65."""
    raise_if_refused(rules.may_read_exports(request.user))
    page = paginate(request, Export.objects.select_related("by"), ("-pk",))
    return render(request, "lists/exports.html", {"page": page})
