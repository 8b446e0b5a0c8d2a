"""Pages on which an Administrator keeps accounts. Nobody sets a password for somebody else: they are sent a link to choose one."""

from datetime import datetime
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern

from cha_engagement.core.refusals import Refusal
from cha_engagement.organisation.admin import PermanentAdmin, SeenForm, site

from . import rules
from .actions import lock_accounts, note_password_link, notify_of_absence, notify_of_empty_roles
from .fields import StaffChoiceField, active_staff
from .interfaces import OpenGroup, open_groups
from .mail import queue_address_changed, queue_password_link, retry_emails
from .models import Email, StaffMember
from .notifications import notify_of_account, notify_of_password_links
from .roles import permissions_of_roles

__all__ = ["site"]  # with the accounts registered

WATCHED = ("username", "email", "groups", "is_active", "line_manager", "deputy")
"""The fields of an account by which somebody signs in, comes to read more or is told more: of these another Administrator hears."""


class AccountForm(SeenForm):
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
    unseen = "Read what follows, then save it."
    version = ""
    """The last row of history of the account; empty where it has none."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name in ("first_name", "last_name", "email"):
            self.fields[name].required = True
        self.fields["username"].help_text = "They sign in with it. Letters, digits and @ . + - _ only."
        for name in ("line_manager", "deputy"):
            self.keep_offering(name)

    def keep_offering(self, name: str) -> None:
        """Offer whoever is recorded too where their account is closed: to save something else takes nobody away."""
        recorded = getattr(self.instance, name)
        self.initial[name] = recorded
        if recorded and not recorded.is_active:
            field = cast(StaffChoiceField, self.fields[name])
            field.offer(active_staff() | StaffMember.objects.filter(pk=recorded.pk))
            field.help_text = (
                f"{field.help_text} {recorded}’s account is closed: choose somebody else.".strip()
            )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        lock_accounts()
        if self.is_stale():
            self.add_error(None, "Somebody has changed this account since you opened it. Open it again.")
        for refusal in [
            *rules.check_account(self.wanted(), self.administrator),
            *self.check_absence(answers),
        ]:
            self.add_error(refusal.field, str(refusal))
        self.unusual = [] if self.errors else rules.check_unusual_account(self.wanted())
        self.open_groups, self.left_empty = self.find_consequences(answers) if not self.errors else ([], [])
        return answers

    def find_consequences(self, answers: dict[str, Any]) -> tuple[list[OpenGroup], list[str]]:
        """Return what is open for somebody who is closed, loses a role or goes away, and what nobody is there to do meanwhile."""
        person, wanted, away_until = self.instance, self.wanted(), answers.get("away_until")
        goes_away = bool(away_until) and "away_until" in self.changed_data
        loses_role = not person.role_names <= wanted.roles
        if not (person.pk and person.is_active and (goes_away or loses_role or not wanted.is_active)):
            return [], []
        if not wanted.is_active:
            return open_groups(person, self.administrator), rules.roles_left_empty(person)
        if goes_away and away_until:
            groups = open_groups(person, self.administrator, is_absence=True)
            return groups, rules.roles_left_empty(person, away_until=away_until)
        groups = open_groups(person, self.administrator, keeps=permissions_of_roles(wanted.roles))
        return groups, rules.roles_left_empty(person, keeps=wanted.roles)

    def is_stale(self) -> bool:
        """Return whether the account has changed since a page with this form was opened, and what it says would go over that."""
        return bool(self.data.get("version")) and self.data["version"] != self.version_now()

    def version_now(self) -> str:
        last = self.instance.history.values_list("pk", flat=True).first() if self.instance.pk else None
        return str(last or "")

    def wanted(self) -> rules.WantedAccount:
        """Return the account as it would be. What was not answered well stays as it is."""
        answers = self.cleaned_data
        before, groups = self.instance, answers.get("groups")
        first, last = (answers.get(name, getattr(before, name)) for name in ("first_name", "last_name"))
        return rules.WantedAccount(
            person=before if before.pk else None,
            name=f"{first} {last}".strip(),
            email=answers.get("email", before.email),
            is_active=answers.get("is_active", before.is_active),
            roles=before.role_names if groups is None else frozenset(group.name for group in groups),
            line_manager=answers.get("line_manager"),
            deputy=answers.get("deputy"),
        )

    def check_absence(self, answers: dict[str, Any]) -> list[Refusal]:
        return (
            rules.check_absence_ends(answers.get("away_until")) if "away_until" in self.changed_data else []
        )

    def shown(self) -> list[Any]:
        said = [*(refusal.sentence for refusal in self.unusual), *self.left_empty]
        # What is open changes by the minute: which of it there was need not be seen again.
        leaving = [(name, str(self.cleaned_data.get(name))) for name in ("is_active", "groups", "away_until")]
        return [*said, *leaving] if self.open_groups else said


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
    list_display = ["__str__", "username", "job_title", "roles", "manager", "is_active", "last_sign_in"]
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

    @admin.display(description="line manager", ordering="line_manager")
    def manager(self, person: StaffMember) -> str:
        manager = person.line_manager
        return "" if manager is None else str(manager) if manager.is_active else f"{manager}, who has left"

    @admin.display(description="last sign-in", ordering="last_login")
    def last_sign_in(self, person: StaffMember) -> datetime | None:
        return person.last_login

    def seen_context(self, request: HttpRequest, form: Any) -> dict[str, Any]:
        return {"template": "admin/seen_account.html", "digest": form.digest, "form": form}

    def save_model(self, request: HttpRequest, obj: StaffMember, form: Any, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
            self.send_link(request, obj)
        # Roles are kept apart from the rest: where they alone have changed, one row of history tells it.
        if not change or set(form.changed_data) - {"groups"}:
            super().save_model(request, obj, form, change)
        if change and "email" in form.changed_data and form.initial["email"]:
            queue_address_changed(form.initial["email"])

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Tell of it once the roles are written too."""
        super().save_related(request, form, formsets, change)
        changed = [name for name in WATCHED if name in form.changed_data] if change else ["username"]
        if changed:
            labels = [str(form[name].label) for name in changed] if change else []
            notify_of_account(form.instance, labels, by=request.user)  # type: ignore[arg-type]
        if "away_until" in form.changed_data:
            notify_of_absence(form.instance, by=request.user)  # type: ignore[arg-type]
        else:
            notify_of_empty_roles(form.left_empty, besides=form.instance)

    @admin.action(description="Send a link to choose a password")
    def send_links(self, request: HttpRequest, people: QuerySet[StaffMember]) -> None:
        for person in people.filter(is_active=False):
            self.message_user(
                request, f"The account of {person} is closed: no link was sent.", messages.WARNING
            )
        sent = [person for person in people.filter(is_active=True) if self.send_link(request, person)]
        for person in sent:
            note_password_link(person)
        notify_of_password_links(sent, by=request.user)  # type: ignore[arg-type]

    def send_link(self, request: HttpRequest, person: StaffMember) -> bool:
        """Send somebody a link to choose a password, and return whether they have an address for it."""
        if not person.email:
            self.message_user(
                request, f"{person} has no email address. Give the account one first.", messages.WARNING
            )
            return False
        queue_password_link(person.email)
        self.message_user(request, f"A link to choose a password is on its way to {person}.")
        return True


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
