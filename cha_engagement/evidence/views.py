from typing import Any

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from cha_engagement.core.forms import form_page
from cha_engagement.core.interfaces import desks
from cha_engagement.staff.models import AccessLogEntry, StaffMember
from cha_engagement.staff.requests import StaffRequest, visitor_address

from . import actions, rules
from .forms import OpenSealedForm
from .interfaces import EvidenceHolders
from .models import Evidence
from .storage import Altered

LATEST = 50  # openings shown on the page


@require_safe
def evidence_page(request: StaffRequest, reference: str) -> HttpResponse:
    evidence = get_evidence(request, reference)
    return render_evidence(request, evidence, OpenSealedForm(evidence=evidence))


def render_evidence(request: StaffRequest, evidence: Evidence, form: OpenSealedForm) -> HttpResponse:
    context: dict[str, Any] = {"evidence": evidence, "records": referring_records(evidence, request.user)}
    if not rules.may_see_accesses(request.user):
        context["accesses"] = AccessLogEntry.objects.file_openings(evidence.reference).select_related("by")[
            :LATEST
        ]
    may_open = rules.may_open(request.user, evidence) is None
    return form_page(request, "evidence/evidence.html", form, may_open=may_open, **context)


@require_POST
def open_evidence(request: StaffRequest, reference: str) -> HttpResponseBase:
    evidence = get_evidence(request, reference)
    opening: dict[str, Any] = {"evidence": evidence, "by": request.user, "address": visitor_address(request)}
    form = OpenSealedForm(request.POST, evidence=evidence)
    try:
        file = (
            form.carry_out(actions.open_evidence, **opening)
            if evidence.is_sealed
            else actions.open_evidence(**opening)
        )
    except Altered:
        return altered_page(request, evidence)
    if file is None:
        return render_evidence(request, evidence, form)
    return FileResponse(
        file, as_attachment=True, filename=evidence.download_name, content_type="application/octet-stream"
    )


def get_evidence(request: StaffRequest, reference: str) -> Evidence:
    visible = Evidence.objects.visible_to(request.user).select_related("uploaded_by")
    return get_object_or_404(visible, reference=reference)


def referring_records(evidence: Evidence, user: StaffMember) -> list[Any]:
    """Return the records that refer to a file and that this user may open."""
    return [
        record
        for desk in desks(EvidenceHolders)
        for records in desk.records_with_evidence(evidence, user)
        for record in records
    ]


def altered_page(request: StaffRequest, record: Any) -> HttpResponse:
    """Say that a file is not sent, and what to do."""
    return render(request, "evidence/altered.html", {"record": record}, status=409)
