"""The fields in which a new version of a restriction can say something else, when it is reviewed or appealed."""

from collections.abc import Callable, Iterable
from copy import deepcopy
from typing import Any

from django import forms

from cha_engagement.core.dates import PastDateField, PlannedDateField
from cha_engagement.core.formpack import Reveal
from cha_engagement.core.reasons import ReasonFormField
from cha_engagement.core.records import LONG, SHORT
from cha_engagement.customers.models import Customer
from restrictions.actions.beginning import beginning_of_version
from restrictions.contact_plan import PlannedStep
from restrictions.fields import leave_out_harmed
from restrictions.forms.restriction import CUSTOMER_TEXT_HINT
from restrictions.kinds.kind import RestrictionKind
from restrictions.models import Restriction

from .. import rules


def reason_field(
    label: str, *, missing: str, help_text: str = "", required: bool = True, rows: int = 4
) -> ReasonFormField:
    return ReasonFormField(
        label=label, missing=missing, help_text=help_text, required=required, max_length=LONG, rows=rows
    )


def terms_fields(kind: RestrictionKind, customer: Customer) -> dict[str, forms.Field]:
    """Return what a kind of restriction asks of this customer."""
    fields = kind.form_fields()
    leave_out_harmed(fields, kind, customer)
    return fields


def version_fields(restriction: Restriction, terms: dict[str, forms.Field]) -> dict[str, forms.Field]:
    """Return what a new version of a restriction can say, filled in as it says it now. `terms` are the fields of its kind."""
    fields = deepcopy(terms) | {
        "ends_on": PlannedDateField(
            label="Last day", required=False, help_text="Leave it empty where it has none."
        ),
        "easing_conditions": reason_field(
            "What would lead us to ease it, and whom to ask",
            missing="Say what would lead us to ease it, and whom to ask.",
            help_text=CUSTOMER_TEXT_HINT,
            required=False,
            rows=3,
        ),
        "staff_instruction": ReasonFormField(
            label="What staff should do",
            missing="Say what staff should do, or leave this empty for the usual words.",
            required=False,
            max_length=SHORT,
            rows=1,
        ),
    }
    answers = {name: getattr(restriction, name, None) for name in fields}
    answers |= restriction.kind_rules.form_answers(restriction)
    if answers["ends_on"] == restriction.kind_rules.terms_end_on(restriction):
        answers["ends_on"] = None  # nobody set it: it follows from the terms
    for name, field in fields.items():
        field.initial = answers[name]
    return fields | request_fields()


def request_fields() -> dict[str, forms.Field]:
    """Return what is asked where a customer asked for the change: then one way of contact can close for another that opens."""
    request = Restriction._meta.get_field("customer_request")
    return {
        "is_requested": forms.BooleanField(
            label="They asked for this",
            required=False,
            help_text="Needed where a way of contact closes for another that opens. Our letter says that they asked.",
        ),
        "customer_requested_on": PastDateField(label="When did they ask?", required=False),
        "customer_request": reason_field(
            "How did they ask, and for what?",
            missing=request.missing,
            help_text="For colleagues, such as: on the phone, to have calls back in place of emails.",
            required=False,
            rows=2,
        ),
    }


def version_layout(fields: Iterable[str], name: Callable[[str], str] = str) -> list[Any]:
    """Return how a form asks these fields, by the `name` that it has for each: how they asked once it is said that they did."""
    asked = [name(field) for field in fields if field not in ("is_requested", *rules.REQUEST_FIELDS)]
    return [*asked, Reveal(name("is_requested"), {True: [name(field) for field in rules.REQUEST_FIELDS]})]


def version_field_names(
    form: forms.Form, fields: Iterable[str], name: Callable[[str], str] = str
) -> list[str]:
    """Return the names by which a form asks what a new version says; how they asked only where it is said that they did."""
    is_requested = bool(form[name("is_requested")].value())
    return [name(field) for field in fields if is_requested or field not in rules.REQUEST_FIELDS]


def version_changes(restriction: Restriction, answers: dict[str, Any]) -> dict[str, Any]:
    """Return those answers as the fields of a new version."""
    asked = {name: answers.get(name) for name in ("ends_on", "easing_conditions", "staff_instruction")}
    if answers.get("is_requested"):
        asked |= {name: answers.get(name) for name in rules.REQUEST_FIELDS}
    return restriction.kind_rules.field_values(answers) | asked


def replacement_step(restriction: Restriction, changes: dict[str, Any]) -> PlannedStep:
    """Return the step by which a new version with these changes replaces a restriction."""
    version = rules.unsaved_version(restriction, changes | beginning_of_version(restriction))
    if lacking := version.kind_rules.check_terms(version):
        return PlannedStep(lacking=tuple(lacking))
    return PlannedStep(adding=(version,), without=(restriction,))
