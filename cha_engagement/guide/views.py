from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cha_engagement.organisation.models import Policy
from cha_engagement.organisation.policy import read_policy

from . import queries


@require_safe
def guide_index(request: HttpRequest) -> HttpResponse:
    return render(request, "guide/page.html", {"page": queries.read_page(queries.INDEX)})


@require_safe
def guide_page(request: HttpRequest, name: str) -> HttpResponse:
    if name not in queries.page_names():
        raise Http404
    return render(request, "guide/page.html", {"page": queries.read_page(name), "is_part": True})


@require_safe
def guide_image(request: HttpRequest, name: str) -> FileResponse:
    if name not in [path.name for path in queries.IMAGES.glob("*.png")]:
        raise Http404
    return FileResponse((queries.IMAGES / name).open("rb"))


@require_safe
def policy_page(request: HttpRequest) -> HttpResponse:
    """Show the association's own policy. Its paragraphs are what a refusal names."""
    policy = Policy.objects.first()
    return render(
        request, "guide/policy.html", {"policy": policy, "parts": read_policy(policy.text) if policy else []}
    )
