"""Pages on which an Administrator keeps accounts. Nobody sets a password for somebody else: they are sent a link to choose one."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern

from cha_engagement.organisation.admin import AdminForm, PermanentAdmin, site
from cha_engagement.organisation.calendar import today

from .fields import StaffChoiceField, active_staff
from .mail import queue_address_changed, queue_password_link, retry_emails
from .models import Email, StaffMember

__all__ = ["site"]  # with the accounts registered


class AccountForm(AdminForm):
    groups = forms.ModelMultipleChoiceField(
        Group.objects.all(),
        to_field_name="name",
        label="Roles",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    line_manager = StaffChoiceField(candidates=active_staff, required=False)
    deputy = StaffChoiceField(
        candidates=active_staff,
        required=False,
        help_text="Does what a line manager must while this person is away.",
    )
    administrator: StaffMember

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name in ("first_name", "last_name", "email"):
            self.fields[name].required = True
        self.fields["username"].help_text = "They sign in with it. Letters, digits and @ . + - _ only."
        for name in ("line_manager", "deputy"):
            self.initial[name] = getattr(self.instance, name)

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        for name in ("line_manager", "deputy"):
            if answers.get(name) == self.instance and self.instance.pk:
                self.add_error(name, "Choose somebody else: nobody is their own.")
        away_until = answers.get("away_until")
        if "away_until" in self.changed_data and away_until and away_until < today():
            self.add_error("away_until", "This day is over. Give today or a day to come, or leave it empty.")
        if self.instance == self.administrator:
            if "groups" in self.changed_data:
                self.add_error("groups", "Ask another administrator: nobody changes their own roles.")
            if not answers.get("is_active"):
                self.add_error("is_active", "Ask another administrator: you would lock yourself out.")
        return answers


@admin.register(StaffMember, site=site)
class StaffMemberAdmin(PermanentAdmin):
    form = AccountForm
    one_of_them = "a member of staff"
    hint = "Who may sign in, what they may do, and who their line manager is."
    fieldsets = [
        (None, {"fields": ["username", "first_name", "last_name", "email", "job_title", "team", "phone"]}),
        ("What they may do", {"fields": ["groups", "is_active"]}),
        ("Line manager and deputy", {"fields": ["line_manager", "deputy", "away_until"]}),
    ]
    list_display = ["__str__", "username", "job_title", "roles", "line_manager", "is_active", "last_sign_in"]
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

    @admin.display(description="last sign-in", ordering="last_login")
    def last_sign_in(self, person: StaffMember) -> datetime | None:
        return person.last_login

    def save_model(self, request: HttpRequest, obj: StaffMember, form: Any, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
            self.send_link(request, obj)
        # Roles are kept apart from the rest: where they alone have changed, one row of history tells it.
        if not change or set(form.changed_data) - {"groups"}:
            super().save_model(request, obj, form, change)
        if change and "email" in form.changed_data and form.initial["email"]:
            queue_address_changed(form.initial["email"])
        reports = obj.reports.filter(is_active=True).count() if change and not obj.is_active else 0
        if reports:
            self.message_user(
                request, f"{obj} is still the line manager of {reports} colleagues.", messages.WARNING
            )

    @admin.action(description="Send a link to choose a password")
    def send_links(self, request: HttpRequest, people: QuerySet[StaffMember]) -> None:
        for person in people.filter(is_active=True):
            self.send_link(request, person)

    def send_link(self, request: HttpRequest, person: StaffMember) -> None:
        if not person.email:
            self.message_user(
                request, f"{person} has no email address. Give the account one first.", messages.WARNING
            )
            return
        queue_password_link(person.email)
        self.message_user(request, f"A link to choose a password is on its way to {person}.")


@admin.register(Email, site=site)
class EmailAdmin(PermanentAdmin):
    """Lists the emails that have not left yet or were given up. It never shows their text: an Administrator reads no case."""

    hint = "What the mail server has not taken yet. Empty on most days."
    list_display = ["kind", "recipient", "created_at", "attempts", "state"]
    list_display_links = None
    list_filter = ["kind"]
    list_select_related = ["notice__recipient"]
    show_full_result_count = False
    actions = ["send_again"]

    @admin.display(description="to")
    def recipient(self, email: Email) -> str:
        return str(email.notice.recipient) if email.notice else email.address

    @admin.display(description="what happens")
    def state(self, email: Email) -> str:
        if email.due_at is None:
            return "Given up: put right what is wrong, then send it again"
        return "Tried again by itself" if email.attempts else "Leaves within seconds"

    @admin.action(description="Send again")
    def send_again(self, request: HttpRequest, emails: QuerySet[Email]) -> None:
        retry_emails(emails)
        self.message_user(request, "They are on their way.")

    def get_urls(self) -> list[URLPattern]:
        return [url for url in super().get_urls() if url.name and url.name.endswith("changelist")]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
