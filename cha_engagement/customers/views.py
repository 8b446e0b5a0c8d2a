from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cha_engagement.paging import pages

from .models import Customer


def customers(request: HttpRequest) -> HttpResponse:
    page = pages(request, Customer.objects.visible_to(request.user), ("-pk",))
    return render(request, "customers/customers.html", {"page": page})
