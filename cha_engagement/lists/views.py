from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cha_engagement.core.forms import form_page, posted_data
from cha_engagement.core.paging import paginate
from cha_engagement.core.refusals import raise_if_refused
from cha_engagement.lists.interfaces import ListDefinition
from cha_engagement.organisation import calendar
from cha_engagement.staff.models import AccessLogEntry
from cha_engagement.staff.requests import StaffRequest, visitor_address

from . import actions, queries, rules
from .forms import SaveFilterForm
from .interfaces import list_definitions
from .models import SavedFilter


@require_http_methods(["GET", "HEAD", "POST"])
def list_page(request: StaffRequest, code: str, template: str) -> HttpResponse:
    """Show a list as far as its reader may see it, filtered by its address.

    The questions are posted, and lead to an address that holds choices, days and references: never a name that somebody typed.
    """
    definition = get_definition(request, code)
    list_filter = form = definition.filter_class(request.GET, user=request.user)
    if request.method == "POST":
        form = definition.filter_class(request.POST, user=request.user)
        if form.is_valid():
            query = form.query_string()
            query = queries.add_order(
                query, definition.choose_order(request.GET, form.answers, is_small=form.is_small)
            )
            return redirect(f"{reverse(code)}?{query}" if query else code)
    querysets = (
        definition.rows_by_reason(request.user)
        if definition.rows_by_reason
        else [definition.rows(request.user)]
    )
    order = definition.choose_order(request.GET, list_filter.answers, is_small=list_filter.is_small)
    filtered = [order.annotate(list_filter.filter_rows(rows)) for rows in querysets]
    add_details = definition.add_details or (lambda rows: rows)
    page = paginate(request, filtered, order.names, dress=lambda rows: order.annotate(add_details(rows)))
    definition.complete_rows(page.rows)
    context = queries.list_context(request, definition, list_filter, order)
    cells = queries.table_cells(definition.columns, page.rows)
    return form_page(request, template, form, page=page, cells=cells, **context)


def get_definition(request: StaffRequest, code: str) -> ListDefinition:
    """Return the list with this code, which this reader may read."""
    definition = list_definitions().get(code)
    if definition is None:
        raise Http404
    raise_if_refused(definition.may_read(request.user))
    return definition


def save_filter(request: StaffRequest, code: str) -> HttpResponse:
    definition = get_definition(request, code)
    list_filter = definition.filter_class(request.GET, user=request.user)
    query = list_filter.query_string()
    back_url = f"{reverse(code)}?{query}"
    form = SaveFilterForm(posted_data(request), cancel_url=back_url)
    if saved_filter := form.carry_out(
        actions.save_filter, query=query, definition=definition, by=request.user
    ):
        messages.success(request, f"“{saved_filter}” is saved: it is listed above.")
        return redirect(saved_filter)
    return form_page(
        request,
        "lists/save_filter.html",
        form,
        definition=definition,
        descriptions=list_filter.descriptions,
        back_url=back_url,
    )


@require_POST
def remove_filter(request: StaffRequest, pk: int) -> HttpResponse:
    saved_filter = get_object_or_404(SavedFilter, owner=request.user, pk=pk)
    actions.remove_filter(saved_filter)
    messages.success(request, f"“{saved_filter}” is removed.")
    return redirect(saved_filter.list_code)


@require_POST
def export_list(request: StaffRequest, code: str) -> HttpResponseBase:
    """Send a list as a file. Where its filter makes no sense, lead to its page, which says so: a file could not."""
    definition = get_definition(request, code)
    raise_if_refused(rules.may_export(request.user))
    list_filter = definition.filter_class(request.GET, user=request.user)
    if not list_filter.is_valid():
        return redirect(f"{reverse(code)}?{request.GET.urlencode()}")
    parts = actions.export_list(
        definition=definition,
        list_filter=list_filter,
        by=request.user,
        address=visitor_address(request),
        order=definition.choose_order(request.GET, list_filter.answers, is_small=list_filter.is_small),
    )
    name = f"{code}-{calendar.today().isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(parts, content_type="text/csv; charset=utf-8", headers=headers)


@require_safe
def export_log(request: StaffRequest) -> HttpResponse:
    """Show who took which list away. Policy §65."""
    raise_if_refused(rules.may_read_exports(request.user))
    page = paginate(request, AccessLogEntry.objects.list_exports().select_related("by"), ("-pk",))
    return render(request, "lists/exports.html", {"page": page})
