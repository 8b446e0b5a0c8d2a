from collections.abc import Callable

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from cha_engagement.core.forms import ChangeForm, form_page, posted
from cha_engagement.core.records import Stale
from cha_engagement.core.refusals import ask
from cha_engagement.customers.models import Customer
from cha_engagement.lists.views import list_page
from cha_engagement.staff.requests import StaffRequest

from . import actions, forms, harm, letters, queries, rules
from .card import confirmation
from .models import Agreement, Incident, RestorativeAction, Talk


def seen(request: StaffRequest) -> QuerySet[Incident]:
    return Incident.objects.visible_to(request.user)


def incidents(request: StaffRequest) -> HttpResponse:
    return list_page(request, "incidents", "incidents/incidents.html")


@require_safe
def incident(request: StaffRequest, reference: str) -> HttpResponse:
    incident = get_object_or_404(queries.for_page(seen(request)), reference=reference)
    return render(request, "incidents/incident.html", queries.page_of(incident, request.user))


def log(request: StaffRequest) -> HttpResponse:
    ask(rules.may_log(request.user))
    customer = Customer.objects.ever_visible_to(request.user).kept_as(request.GET.get("customer", "")[:20])
    if customer and "begun" in request.GET:
        request.drafts.go_on_from(request.path, customer=customer.reference)
    form = forms.LogForm(posted(request), user=request.user, customer=customer)
    if incident := form.carry_out(actions.log, by=request.user):
        messages.success(request, confirmation(incident))
        return redirect(incident)
    return form_page(request, "incidents/log.html", form, customer=customer, title="Log an incident")


def edit(request: StaffRequest, reference: str) -> HttpResponse:
    incident = get_object_or_404(seen(request), reference=reference)
    ask(rules.may_change(request.user, incident))
    form = forms.EditForm(posted(request), record=incident, user=request.user)
    if form.carry_out(actions.change, incident=incident, by=request.user):
        messages.success(request, f"{incident} is changed. What it said before is kept.")
        return redirect(incident)
    needed = rules.still_needed(incident)
    return form_page(
        request, "incidents/edit.html", form, back=incident, title="Change the incident", needed=needed
    )


def assign(request: StaffRequest, reference: str) -> HttpResponse:
    incident = get_object_or_404(seen(request), reference=reference)
    ask(rules.may_assign(request.user))
    form = forms.AssignForm(posted(request), record=incident)
    if assigned := form.carry_out(actions.assign, incident=incident, by=request.user):
        messages.success(request, f"{incident} is assigned to {assigned.assigned_to or 'nobody'}.")
        return redirect(incident)
    return form_page(request, "form_page.html", form, back=incident, title="Assign the incident")


def assess(request: StaffRequest, reference: str) -> HttpResponse:
    incident = get_object_or_404(queries.for_page(seen(request)), reference=reference)
    ask(rules.may_assess(request.user, incident))
    form = forms.AssessForm(posted(request), record=incident, user=request.user)
    if not form.is_bound:
        ask(rules.may_decide_on(request.user, [incident]))
    if changed := form.carry_out(actions.assess, incident=incident, by=request.user):
        said = f"{incident} is assessed, and those it concerns have been told that something came of it."
        messages.success(request, said)
        step = queries.follow_up(changed, request.user)
        return redirect(step.url if step else changed)
    shown = queries.page_of(incident, request.user)
    shown["warnings"] = queries.warnings_of(incident.customer, request.user)
    shown["ends_warning"] = queries.warns(incident)
    return form_page(
        request, "incidents/assess.html", form, back=incident, title="Decide what follows", **shown
    )


def close(request: StaffRequest, reference: str) -> HttpResponse:
    incident = get_object_or_404(seen(request), reference=reference)
    ask(rules.may_close(request.user, incident))
    form = forms.CloseForm(posted(request), record=incident)
    if form.carry_out(actions.close, incident=incident, by=request.user):
        messages.success(request, f"{incident} is closed.")
        return redirect(incident)
    return form_page(
        request,
        "incidents/close.html",
        form,
        back=incident,
        title="Close the incident",
        needed=rules.needed_to_close(incident),
    )


def reopen(request: StaffRequest, reference: str) -> HttpResponse:
    incident = get_object_or_404(seen(request), reference=reference)
    ask(rules.may_reopen(request.user, incident))
    form = forms.ReopenForm(posted(request), record=incident)
    if form.carry_out(actions.reopen, incident=incident, by=request.user):
        messages.success(request, f"{incident} is with a manager again.")
        return redirect(incident)
    return form_page(request, "form_page.html", form, back=incident, title="Reopen the incident")


@require_POST
def draft_letter(request: StaffRequest, reference: str) -> HttpResponse:
    """The letter about an incident: drafted, or the one that there is already."""
    incident = get_object_or_404(seen(request), reference=reference)
    return redirect(letters.write(incident=incident, by=request.user))


def add_evidence(request: StaffRequest, reference: str) -> HttpResponse:
    incident = get_object_or_404(seen(request), reference=reference)
    ask(rules.may_add_evidence(request.user, incident))
    form = forms.AddEvidenceForm(posted(request), request.FILES or None, incident=incident, user=request.user)
    if evidence := form.carry_out(actions.add_evidence, incident=incident, by=request.user):
        messages.success(request, f"{evidence} is kept with {incident}.")
        return redirect(incident)
    return form_page(
        request, "form_page.html", form, back=incident, title="Add a file", caption=incident.reference
    )


@require_safe
def talk(request: StaffRequest, reference: str) -> HttpResponse:
    talk = get_object_or_404(queries.for_talk(Talk.objects.visible_to(request.user)), reference=reference)
    incident = seen(request).filter(pk=talk.incident_id).first()
    context = {"incident": incident, **queries.talk_of(talk, request.user)}
    return render(request, "incidents/talk.html", context)


@require_POST
def take_talk(request: StaffRequest, reference: str) -> HttpResponse:
    said = "Thank you. Others now know that you will talk with them."
    return settle(request, reference, actions.take_talk, said)


@require_POST
def hold_talk(request: StaffRequest, reference: str) -> HttpResponse:
    return settle(request, reference, actions.hold_talk, "It is noted that you talked with them.")


def settle(request: StaffRequest, reference: str, verb: Callable[..., Talk], said: str) -> HttpResponse:
    """One button about a talk; whoever comes second is told that it was settled."""
    talk = get_object_or_404(Talk.objects.visible_to(request.user), reference=reference)
    try:
        verb(talk=talk, by=request.user)
        messages.success(request, said)
    except Stale:
        messages.info(request, "A colleague was faster: this was settled already.")
    return redirect(seen(request).filter(pk=talk.incident_id).first() or talk)


def ask_agreement(request: StaffRequest, reference: str) -> HttpResponse:
    customer = get_object_or_404(Customer.objects.visible_to(request.user), reference=reference)
    ask(rules.may_ask_agreement(request.user))
    form = forms.AskForm(posted(request), customer=customer, people=harm.to_ask(customer))
    if agreement := form.carry_out(actions.ask_agreement, customer=customer, by=request.user):
        messages.success(request, f"{agreement.person} is asked, and answers in My work.")
        return redirect(customer)
    context = {"title": "Ask a colleague whom it affected", "caption": customer.name, "back": customer}
    return form_page(request, "form_page.html", form, **context)


def agreement(request: StaffRequest, reference: str) -> HttpResponse:
    """What a colleague answers, and what those who name people see of it."""
    found = Agreement.objects.visible_to(request.user).select_related("person", "customer", "asked_by")
    agreement = get_object_or_404(found, reference=reference)
    refusal = rules.may_answer(request.user, agreement)
    if refusal and request.method != "POST":
        return render(request, "incidents/agreement.html", {"agreement": agreement})
    ask(refusal)
    form = forms.AnswerForm(posted(request), record=agreement)
    if form.carry_out(actions.answer_agreement, agreement=agreement, by=request.user):
        messages.success(request, "Your answer is saved. Thank you.")
        return redirect("home")
    return form_page(request, "incidents/agreement.html", form, agreement=agreement)


def restore(request: StaffRequest, reference: str) -> HttpResponse:
    customer = get_object_or_404(Customer.objects.visible_to(request.user), reference=reference)
    ask(rules.may_restore(request.user))
    incident = seen(request).filter(customer=customer, reference=request.GET.get("incident", "")[:20]).first()
    form = forms.RestoreForm(posted(request), user=request.user, customer=customer)
    if form.carry_out(actions.restore, customer=customer, incident=incident, by=request.user):
        messages.success(request, "The step is recorded.")
        return redirect(incident or customer)
    return form_page(
        request,
        "form_page.html",
        form,
        back=incident or customer,
        title="Record restorative work",
        caption=customer.name,
    )


@require_safe
def restorative_action(request: StaffRequest, reference: str) -> HttpResponse:
    action = get_object_or_404(
        queries.for_action(RestorativeAction.objects.visible_to(request.user)), reference=reference
    )
    may_finish = action.can("complete") and not rules.may_finish(request.user, action)
    return render(request, "incidents/restorative_action.html", {"action": action, "may_finish": may_finish})


def complete(request: StaffRequest, reference: str) -> HttpResponse:
    return finish(request, reference, forms.CompleteForm, actions.complete, "Contact taken up again")


def drop(request: StaffRequest, reference: str) -> HttpResponse:
    return finish(request, reference, forms.DropForm, actions.drop, "Contact not taken up again")


def finish(
    request: StaffRequest,
    reference: str,
    form_class: type[ChangeForm],
    verb: Callable[..., RestorativeAction],
    title: str,
) -> HttpResponse:
    """End a pause, one way or the other."""
    action = get_object_or_404(
        queries.for_action(RestorativeAction.objects.visible_to(request.user)), reference=reference
    )
    ask(rules.may_finish(request.user, action))
    form = form_class(posted(request), record=action)
    if form.carry_out(verb, action=action, by=request.user):
        messages.success(request, "It is recorded how it went.")
        return redirect(action)
    return form_page(request, "form_page.html", form, back=action, title=title)


def customer_of(request: StaffRequest, reference: str) -> Customer:
    return get_object_or_404(Customer.objects.visible_to(request.user), reference=reference)
