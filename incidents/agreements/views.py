from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cha_engagement.core.forms import form_page, posted_data
from cha_engagement.core.refusals import raise_if_refused
from cha_engagement.customers.models import Customer
from cha_engagement.staff.requests import StaffRequest

from . import actions, forms, queries, rules
from .models import Agreement


def ask_agreement(request: StaffRequest, reference: str) -> HttpResponse:
    customer = get_object_or_404(Customer.objects.visible_to(request.user), reference=reference)
    raise_if_refused(rules.may_ask_agreement(request.user))
    form = forms.AskAgreementForm(
        posted_data(request), customer=customer, people=queries.colleagues_to_ask(customer)
    )
    if agreement := form.carry_out(actions.ask_agreement, customer=customer, by=request.user):
        messages.success(request, f"{agreement.person} is asked, and answers in My work.")
        return redirect(customer)
    context = {"title": "Ask a colleague whom it affected", "caption": customer.name, "back": customer}
    return form_page(request, "form_page.html", form, **context)


def agreement_page(request: StaffRequest, reference: str) -> HttpResponse:
    """Show the question to the colleague who answers it, and the answer to those who name people."""
    visible = Agreement.objects.visible_to(request.user).select_related("person", "customer", "asked_by")
    agreement = get_object_or_404(visible, reference=reference)
    refusal = rules.may_answer_agreement(request.user, agreement)
    if refusal and request.method != "POST":
        return render(request, "incidents/agreements/agreement.html", {"agreement": agreement})
    raise_if_refused(refusal)
    form = forms.AnswerAgreementForm(posted_data(request), record=agreement)
    if form.carry_out(actions.answer_agreement, agreement=agreement, by=request.user):
        messages.success(request, "Your answer is saved. Thank you.")
        return redirect("home")
    return form_page(request, "incidents/agreements/agreement.html", form, agreement=agreement)
