from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from cha_engagement import hub
from cha_engagement.customers.models import Customer
from cha_engagement.organisation import calendar
from cha_engagement.paging import pages


def home(request: HttpRequest) -> HttpResponse:
    today = calendar.today()
    page = pages(request, [source(request.user, today) for source in hub.worklist], ("urgency", "due_on", "key"))
    return render(request, "desk/home.html", {"page": page})


def look_up(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/look_up.html")


def customer(request: HttpRequest, reference: str) -> HttpResponse:
    customer = get_object_or_404(Customer.objects.visible_to(request.user), reference=reference)
    return render(request, "desk/customer.html", {"customer": customer})


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """Whether this process can answer and reach its database."""
    try:
        connection.ensure_connection()
    except DatabaseError:
        return HttpResponse("not ready", content_type="text/plain", status=503)
    return HttpResponse("ok", content_type="text/plain")
