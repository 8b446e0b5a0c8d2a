"""The page of a review or a hearing that is late for long, and the form in which the Management Team answers for it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from cha_engagement.core.forms import form_page, posted_data, redirect_if_over
from cha_engagement.core.permissions import Permission
from cha_engagement.core.refusals import raise_if_refused
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.interfaces import related_boxes
from cha_engagement.letters.enums import LetterStatus
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.requests import StaffRequest

from .. import actions, forms, queries, rules
from ..enums import LateAnswer, LatePromiseEvent, LatePromiseStatus, Protection
from ..models import LatePromise


def get_promise(user: StaffMember, reference: str) -> LatePromise:
    promises = LatePromise.objects.visible_to(user).select_related(
        "customer", "review__restriction", "appeal", "answered_by"
    )
    return get_object_or_404(promises, reference=reference)


@require_safe
def late_promise_page(request: StaffRequest, reference: str) -> HttpResponse:
    promise = get_promise(request.user, reference)
    letters = list(promise.letters.all())
    suspending = {restriction.pk for restriction in rules.restrictions_to_suspend(promise)}
    has_letter = any(
        letter.status != LetterStatus.VOID and not letter.letter_kind.check_still_true(letter)
        for letter in letters
    )
    may = {
        "answer": "" if rules.may_answer_late(request.user, promise) else answers_in_words(promise),
        "hold": promise.review is not None and not rules.may_hold_review(request.user, promise.review),
        "write": not has_letter and not rules.may_write_late_letter(request.user, promise),
        "history": request.user.has_perm(Permission.READ_HISTORY),
    }
    context = {
        "promise": promise,
        "is_open": promise.can(LatePromiseEvent.HOLD),
        "warning": warning_text(promise) if promise.can(LatePromiseEvent.HOLD) else "",
        "restrictions": [
            (restriction, restriction.pk not in suspending)
            for restriction in queries.promised_restrictions(promise)
        ],
        "letters": promise.letters.visible_to(request.user),
        "no_letter": "None yet.",
        "related": related_boxes(promise, request.user),
        "may": may,
    }
    return render(request, "reviews/late_promise.html", context)


def warning_text(promise: LatePromise) -> str:
    """Return what does not apply of what is late, or will not, and until when that can be averted."""
    if promise.status == LatePromiseStatus.SUSPENDED:
        return "What is listed below as suspended does not apply until this is held."
    if promise.customer.deceased_on:
        return "The customer has died, so this is not suspended. End what still applies."
    if not Organisation.current().suspends_late_promises:
        return "This is not suspended: that what is late suspends is switched off. Have it held."
    protection = rules.protection_of(promise)
    if protection == Protection.ALL:
        return "This protects from violence, threats or harassment, so it is not suspended. The Management Team is asked each week until it is held."
    if not rules.restrictions_to_suspend(promise):
        return "Nothing that this is about applies any more, so nothing is suspended. Have it held."
    is_part = protection == Protection.PART
    what = "What does not protect from violence, threats or harassment" if is_part else "It"
    if promise.suspends_on:
        return f"{what} is suspended from {uk_date(promise.suspends_on)} unless this is held before. Staff have been told."
    unless = "this is held" if promise.put_off_to else "this is held, or the Management Team answers,"
    return f"{what} is suspended unless {unless} by {uk_date(promise.answer_by)}."


def answer_late_promise(request: StaffRequest, reference: str) -> HttpResponse:
    promise = get_promise(request.user, reference)
    raise_if_refused(rules.may_answer_late(request.user, promise))
    if over := redirect_if_over(request, promise, can=bool(rules.open_late_answers(promise))):
        return over
    form = forms.LateAnswerForm(posted_data(request), record=promise)
    if form.carry_out(actions.answer_late_promise, promise=promise, by=request.user):
        promise.refresh_from_db()
        messages.success(request, said_to_answer(promise))
        return redirect(promise)
    context = {"title": "Answer for what is late", "caption": promise.customer.name, "back": promise}
    return form_page(request, "reviews/answer_late_promise.html", form, promise=promise, **context)


def said_to_answer(promise: LatePromise) -> str:
    if promise.status == LatePromiseStatus.PUT_OFF:
        return f"Put off to {uk_date(promise.put_off_to)}. It is not put off again."
    return f"It is suspended from {uk_date(promise.suspends_on)}. Staff have been told."


def answers_in_words(promise: LatePromise) -> str:
    """Return what the button to the form says: what can still be answered; empty where that is nothing."""
    words: dict[tuple[str, ...], str] = {
        (LateAnswer.PUT_OFF, LateAnswer.SUSPEND): "Put it off or suspend it",
        (LateAnswer.PUT_OFF,): "Put it off",
        (LateAnswer.SUSPEND,): "Suspend it",
        (): "",
    }
    return words[tuple(rules.open_late_answers(promise))]


@require_POST
def write_late_letter(request: StaffRequest, reference: str) -> HttpResponse:
    promise = get_promise(request.user, reference)
    return redirect(actions.write_late_letter(promise=promise, by=request.user))
