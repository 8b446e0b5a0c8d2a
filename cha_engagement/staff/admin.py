"""Accounts, as an Administrator keeps them. Nobody sets a password for somebody else: they are sent a link to choose one."""

from functools import partial
from smtplib import SMTPException
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from cha_engagement.organisation.admin import KeptAdmin, site

from .adapter import invite
from .fields import StaffChoiceField, everybody
from .models import StaffMember

__all__ = ["site"]  # with the accounts registered


ADDRESS_CHANGED = """\
An Administrator has changed the email address of your account: the engagement system writes to another one from now on.

If you did not ask for this, speak to your line manager today.
"""


class AccountForm(forms.ModelForm):
    groups = forms.ModelMultipleChoiceField(
        Group.objects.all(),
        to_field_name="name",
        label="Roles",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    is_active = forms.BooleanField(
        label="May sign in",
        required=False,
        initial=True,
        help_text="Accounts are closed, never deleted: what somebody did stays theirs.",
    )
    line_manager = StaffChoiceField(among=everybody, required=False)
    deputy = StaffChoiceField(
        among=everybody,
        required=False,
        help_text="Does what a line manager must while this person is away.",
    )
    administrator: StaffMember

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name in ("first_name", "last_name", "email"):
            self.fields[name].required = True
        for name in ("line_manager", "deputy"):
            self.initial[name] = getattr(self.instance, name)

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        for name in ("line_manager", "deputy"):
            if answers.get(name) == self.instance and self.instance.pk:
                self.add_error(name, "Choose somebody else: nobody is their own.")
        if self.instance == self.administrator:
            if "groups" in self.changed_data:
                self.add_error("groups", "Ask another Administrator: nobody changes their own roles.")
            if not answers.get("is_active"):
                self.add_error("is_active", "Ask another Administrator: you would shut yourself out.")
        return answers


@admin.register(StaffMember, site=site)
class StaffMemberAdmin(KeptAdmin):
    form = AccountForm
    fieldsets = [
        (None, {"fields": ["username", "first_name", "last_name", "email", "job_title", "team", "phone"]}),
        ("What they may do", {"fields": ["groups", "is_active"]}),
        ("Who stands behind them", {"fields": ["line_manager", "deputy", "away_until"]}),
    ]
    list_display = ["__str__", "username", "job_title", "roles", "line_manager", "is_active", "last_login"]
    list_filter = ["is_active", "groups"]
    list_select_related = ["line_manager"]
    search_fields = ["username", "first_name", "last_name", "email", "job_title", "team"]
    show_full_result_count = False
    actions = ["send_links"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[StaffMember]:
        return super().get_queryset(request).prefetch_related("groups")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"administrator": request.user})

    @admin.display(description="roles")
    def roles(self, person: StaffMember) -> str:
        return ", ".join(group.name for group in person.groups.all())

    def save_model(self, request: HttpRequest, obj: StaffMember, form: Any, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
            transaction.on_commit(partial(self.send_link, request, obj))
        # Roles are kept apart from the rest: where they alone have changed, one row of history tells it.
        if not change or set(form.changed_data) - {"groups"}:
            super().save_model(request, obj, form, change)
        if change and "email" in form.changed_data and form.initial["email"]:
            transaction.on_commit(partial(self.tell_old_address, request, form.initial["email"]))
        reports = obj.reports.filter(is_active=True).count() if change and not obj.is_active else 0
        if reports:
            self.message_user(
                request, f"{obj} is still the line manager of {reports} colleagues.", messages.WARNING
            )

    @admin.action(description="Send a link to choose a password")
    def send_links(self, request: HttpRequest, people: QuerySet[StaffMember]) -> None:
        for person in people.filter(is_active=True):
            self.send_link(request, person)

    def tell_old_address(self, request: HttpRequest, address: str) -> None:
        """A link to choose a password goes to the new address: whoever reads the old one hears of the change."""
        try:
            send_mail("A message from the engagement system", ADDRESS_CHANGED, None, [address])
        except (SMTPException, OSError):
            self.message_user(request, f"{address} could not be told of the change.", messages.ERROR)

    def send_link(self, request: HttpRequest, person: StaffMember) -> None:
        try:
            invite(request, person)
        except (SMTPException, OSError):
            self.message_user(
                request, f"The email to {person} could not be sent. Try again later.", messages.ERROR
            )
        else:
            self.message_user(request, f"A link to choose a password is on its way to {person}.")
