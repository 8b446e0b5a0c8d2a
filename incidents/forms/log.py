"""The form that logs an incident: on one screen, with a customer of ours or one who is added on the way."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from cha_engagement.core.formpack import FoldedSection, SideBySide
from cha_engagement.core.forms import CreateForm
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.contact_details import read_detail
from cha_engagement.customers.fields import REFERENCE, SameCustomerField
from cha_engagement.customers.interfaces import customer_notes
from cha_engagement.customers.models import Customer
from cha_engagement.customers.queries import likely_duplicates
from cha_engagement.customers.rules import may_add_customer
from cha_engagement.staff.models import StaffMember

from ..interfaces import category_notes
from .report import (
    ASKED_BY_CATEGORY,
    ASKED_OF_EFFECT,
    ASKED_OF_ENDING,
    ASKED_OF_PEOPLE,
    ASKED_OF_RESPONSE,
    CategoriesField,
    FactsForm,
)

NEW_CUSTOMER = ("new_name", "new_detail", "same_as")
"""Questions about somebody who is no customer yet. The last is asked where they may be one all the same."""


class LogForm(CreateForm, FactsForm):
    """Logs an incident, about `customer` where the form was opened from their page."""

    saw_only = forms.BooleanField(label="I only saw or heard it: it did not happen to me", required=False)
    new_name = forms.CharField(
        label="Their name", max_length=Customer._meta.get_field("name").max_length, required=False
    )
    new_detail = forms.CharField(label="A phone number, email or address", max_length=200, required=False)
    same_as = SameCustomerField(label="Is it one of these?")

    optional_notes = FactsForm.optional_notes | {
        "customer": "",
        "unidentified_person": "(optional)",
        **dict.fromkeys(NEW_CUSTOMER, ""),
    }

    def __init__(self, *args: Any, user: StaffMember, customer: Customer | None = None, **kwargs: Any):
        initial = {"occurred_at": timezone.localtime().replace(second=0, microsecond=0), "customer": customer}
        self.known_customer = customer
        self.adds_customer = not customer and not may_add_customer(user)
        cancel_url = customer.get_absolute_url() if customer else reverse("incidents")
        super().__init__(
            *args,
            initial=initial,
            user=user,
            cancel_url=cancel_url,
            submit="Save and send to a manager",
            **kwargs,
        )
        self.ask_who_it_was()
        cast(CategoriesField, self.fields["categories"]).add_notes(category_notes(self.readable(customer)))
        self.fields["facts"].widget.attrs["rows"] = 3
        self.fields["harm"].required = True
        reported_by = self.fields["reported_by"]
        reported_by.label = "Are you logging it for a colleague?"
        reported_by.help_text = "Choose whom it happened to, or who saw it. Leave it where that is you."
        self.helper.form_class = "app-log"

    def ask_who_it_was(self) -> None:
        person, description = self.fields["customer"], self.fields["unidentified_person"]
        person.label = "Who was it?"
        person.help_text = "A name, phone number, address or reference; or what they looked like."
        description.label, description.help_text = "What else you know of who it was", ""
        if self.known_customer:
            person.widget = forms.HiddenInput()
        if not self.adds_customer:
            for name in NEW_CUSTOMER:
                del self.fields[name]
        if not self.is_bound:  # with something to put right, the summary of that has the focus
            self.fields["channel" if self.known_customer else "customer"].widget.attrs["autofocus"] = True

    def customer_notes(self) -> list[str]:
        """Return what is to be known of whom it is about, also where what was typed before is back in the form."""
        customer = self.known_customer or getattr(self, "cleaned_data", {}).get("customer")
        typed = REFERENCE.search(str(self["customer"].value() or "").upper())
        if typed and not customer:
            known = Customer.objects.known_to(self.user)
            customer = known.find_current(typed["alone"] or typed["chosen"])
        readable = self.readable(customer)
        return customer_notes([readable])[readable.pk] if readable else []

    def readable(self, customer: Customer | None) -> Customer | None:
        """Return a customer whose case is not closed to whoever logs it. Beyond the policy: B33."""
        return customer if customer and customer.pk not in self.user.closed_customers else None

    def layout(self) -> list[Any]:
        """Ask at first what cannot wait: whoever types may have been threatened just now.

        The moment, which is known already, comes behind what has to be typed: each of its parts is a step on the way.
        Styles show it before the story.
        """
        return [
            *([] if self.known_customer else ["customer"]),
            "channel",
            *(
                [
                    FoldedSection(
                        "Somebody new? Add them as a customer",
                        SideBySide("new_name", "new_detail"),
                        css_class="app-when-added",
                    )
                ]
                if self.adds_customer
                else []
            ),
            "facts",
            "harm",
            "occurred_at",
            FoldedSection(
                "Say more now",
                "saw_only",
                "reported_by",
                *([] if self.known_customer else ["unidentified_person"]),
                "location",
                "expected_contact",
                ASKED_BY_CATEGORY,
                *ASKED_OF_ENDING,
                "recording_warning",
                *ASKED_OF_RESPONSE,
                *ASKED_OF_PEOPLE,
                *ASKED_OF_EFFECT,
            ),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.adds_customer:
            name, detail, same_as = (cleaned.pop(field, "") for field in NEW_CUSTOMER)
            if name and detail and not self.has_error("customer") and not cleaned.get("customer"):
                cleaned["new_customer"] = {"name": name} | self.read_new_detail(detail) | same_as
        return cleaned

    def require_person(self, cleaned: dict[str, Any]) -> None:
        """Take a new customer as the answer to who it was, or whom they turned out to be."""
        if not self.adds_customer:
            super().require_person(cleaned)
            return
        name, detail = cleaned.get("new_name"), cleaned.get("new_detail")
        if not name and not detail:
            super().require_person(cleaned)
            return
        self.describe_unmatched_person(cleaned)
        if customer := (cleaned.get("same_as") or {}).get("customer"):
            cleaned["customer"] = customer
        elif cleaned.get("customer"):
            self.add_error(
                "new_name",
                f"You have chosen {cleaned['customer'].name} too. Clear the one who it was not.",
            )
        elif not name and "new_name" not in self.errors:
            self.add_error("new_name", "Give the new customer’s name.")
        elif not detail and "new_detail" not in self.errors:
            self.add_error(
                "new_detail", "Give one detail to recognise them by: a phone number, email or address."
            )

    def read_new_detail(self, detail: str) -> dict[str, Any]:
        try:
            return read_detail(detail)
        except ValidationError as error:
            self.add_error("new_detail", error)
            return {}

    def field_about(self, refusal: Refusal) -> str | None:
        names = {"name": "new_name", "ruled_out": "same_as"}
        return super().field_about(refusal) or (self.adds_customer and names.get(refusal.field or "")) or None

    def carry_out(self, action: Callable[..., Any], /, **about: Any) -> Any:
        """Ask whether a new customer is one whom we know, where there are some who may be. Beyond the policy: B16."""
        incident = super().carry_out(action, **about)
        if "same_as" in self.errors:
            new = {**self.cleaned_data["new_customer"]}
            new.pop("ruled_out")
            duplicates = likely_duplicates(Customer(**new), self.user)
            self.fields["same_as"].offer([duplicate.customer for duplicate in duplicates])  # type: ignore[attr-defined]
            self.helper.layout.insert(0, "same_as")
        return incident
