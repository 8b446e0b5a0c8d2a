"""The pages on which an Administrator keeps lists and accounts. Nothing of a case is registered here."""

import re
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import BadRequest
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver
from simple_history.admin import SimpleHistoryAdmin
from simple_history.template_utils import HistoricalRecordContextHelper

from cha_engagement.core.dates import NearDateField
from cha_engagement.core.invisible import validate_no_invisible
from cha_engagement.core.refusals import raise_if_refused

from .models import AdviceOrganisation, Organisation, Policy, Wording
from .policy import read_policy, repeated_numbers
from .rules import check_logo, may_administer

NUMBER = re.compile("[0-9]{1,18}")  # of a row: more digits than this no database holds


class Administration(admin.AdminSite):
    """Django's admin, opened by the permission to administer alone. One signs in and out as everywhere else."""

    site_header = site_title = "Administration"
    index_title = "Accounts and lists"
    empty_value_display = "–"
    final_catch_all_view = False
    # Done elsewhere; and `view_on_site` would say of any record whether it exists, and where.
    LEFT_OUT = frozenset(
        {"logout", "password_change", "password_change_done", "autocomplete", "view_on_site"}
    )

    def has_permission(self, request: HttpRequest) -> bool:
        return may_administer(request.user) is None

    def get_urls(self) -> list[URLPattern | URLResolver]:
        return [url for url in super().get_urls() if getattr(url, "name", None) not in self.LEFT_OUT]

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        admin_view = super().admin_view(view, cacheable)

        def guarded_view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            raise_if_refused(may_administer(request.user))
            if not NUMBER.fullmatch(kwargs.get("object_id", "0")):
                raise Http404
            if not all(map(NUMBER.fullmatch, request.POST.getlist("_selected_action"))):
                raise BadRequest("a row that cannot be")
            return admin_view(request, *args, **kwargs)

        return guarded_view

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("admin:index")


site = Administration()


class ReadableDelta(HistoricalRecordContextHelper):
    """Shows an answer before and after a change as people write it."""

    def prepare_delta_change_value(self, change: Any, value: Any) -> Any:
        prepared = super().prepare_delta_change_value(change, value)
        if isinstance(prepared, list):
            return ", ".join(map(str, prepared))
        return "" if prepared is None else prepared


class PermanentAdmin(SimpleHistoryAdmin):
    """Lets an Administrator add and change records but never delete them; every change is kept, and none is taken back."""

    view_on_site = False
    object_history_list_template = "admin/history.html"

    def get_urls(self) -> list[URLPattern]:
        # Without the pages of simple_history that bring an old version back.
        return admin.ModelAdmin.get_urls(self)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        # Only what the page itself offers: Django would let anything about a row be asked, what stands in no list included.
        offered = {f"{name}__{how}" for name in self.list_filter for how in ("exact", "id__exact", "isnull")}
        return lookup in offered

    def revert_disabled(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def get_historical_record_context_helper(
        self, request: HttpRequest, historical_record: Any
    ) -> ReadableDelta:
        return ReadableDelta(self.model, historical_record)

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        """Bound days as all forms do, and refuse long and invisible text with a sentence: no browser cuts what is pasted."""
        if isinstance(db_field, models.DateField):
            kwargs["form_class"] = NearDateField
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field:
            field.widget.attrs.pop("maxlength", None)
        if isinstance(field, forms.CharField):
            field.validators.append(validate_no_invisible)
        return field

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Fill in the typed draft of what this person typed and could not save, unless the record has changed since."""
        admin_form, record = context["adminform"], kwargs.get("obj")
        version = str(record.history.latest().pk) if record and record.history.exists() else ""
        context["version"] = request.POST.get("version", version)
        if not admin_form.form.is_bound:
            typed_draft = request.typed_drafts.restore(admin_form.form, record, version)  # type: ignore[attr-defined]
            admin_form.form = typed_draft.pop("form", admin_form.form)
            context |= typed_draft
        return super().render_change_form(request, context, *args, **kwargs)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class LogoInput(forms.ClearableFileInput):
    """Says that there is a logo without a link to it: no file of ours has an address."""

    template_name = "admin/logo.html"

    def is_initial(self, value: Any) -> bool:
        return bool(value)


class OrganisationForm(forms.ModelForm):
    logo = forms.FileField(
        required=False,
        widget=LogoInput,
        help_text="A PNG picture, printed up to 12 mm high above the association’s name at the head of each letter.",
    )

    def clean_logo(self) -> Any:
        file = self.cleaned_data["logo"]
        if isinstance(file, UploadedFile) and (refusals := check_logo(file)):
            raise forms.ValidationError([str(refusal) for refusal in refusals])
        return file

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        if answers.get("logo") and not answers.get("logo_words"):
            self.add_error(
                "logo_words", "Say what the logo shows, for somebody who has the letter read to them."
            )
        return answers


class OneRowAdmin(PermanentAdmin):
    """Keeps the one row of a model that has no more."""

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        """Leave "add" out of the menu, which stands on each page: whether there is a row yet would be asked every time."""
        is_administrator = self.admin_site.has_permission(request)
        return {"add": False, "change": is_administrator, "delete": False, "view": is_administrator}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not self.model._default_manager.exists()

    def save_model(self, request: HttpRequest, obj: models.Model, form: ModelForm, change: bool) -> None:
        obj.pk = 1
        super().save_model(request, obj, form, change)


@admin.register(Organisation, site=site)
class OrganisationAdmin(OneRowAdmin):
    form = OrganisationForm
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    fieldsets = [
        (None, {"fields": ["name", "team_name", "logo", "logo_words"]}),
        (
            "How to reach it",
            {"fields": ["address", "phone", "text_number", "email", "website", "office_hours"]},
        ),
        (
            "Emergencies, for each need",
            {
                "fields": [
                    "emergency_phone",
                    "emergency_relay",
                    "emergency_text",
                    "emergency_email",
                    "emergency_interpreter",
                ]
            },
        ),
        (
            "Putting things right",
            {
                "fields": [
                    "complaints_contact",
                    "ombudsman_name",
                    "ombudsman_contact",
                    "ombudsman_time_limit",
                ]
            },
        ),
        (
            "How long things take",
            {
                "fields": [
                    "review_months",
                    "longest_review_months",
                    "review_reminder_days",
                    "review_escalation_days",
                    "notification_working_days",
                    "notice_working_days",
                    "appeal_working_days",
                    "acknowledge_working_days",
                    "appeal_decision_working_days",
                ],
                "description": "Working days leave out weekends and Scotland's bank holidays.",
            },
        ),
        (
            "What a limit on contact always leaves",
            {
                "fields": [
                    "least_weekly_contacts",
                    "least_contact_minutes",
                    "staffed_from_hour",
                    "staffed_until_hour",
                ],
                "description": "No restriction of the number, length or time of contacts leaves a customer less than this.",
            },
        ),
    ]


class PolicyForm(forms.ModelForm):
    def clean_text(self) -> str:
        text = self.cleaned_data["text"]
        if not any(part.number for part in read_policy(text)):
            raise forms.ValidationError(
                "No paragraph here begins with a number. Put each number first on its line, such as 21.1."
            )
        if repeated := repeated_numbers(text):
            numbers = ", ".join(repeated)
            raise forms.ValidationError(
                f"More than one paragraph has this number: {numbers}. Give each its own."
            )
        return text


@admin.register(Policy, site=site)
class PolicyAdmin(OneRowAdmin):
    form = PolicyForm


@admin.register(AdviceOrganisation, site=site)
class AdviceOrganisationAdmin(PermanentAdmin):
    list_display = ["name", "helps_with", "is_active"]
    search_fields = ["name", "helps_with"]


@admin.register(Wording, site=site)
class WordingAdmin(PermanentAdmin):
    list_display = ["words", "suggestion", "is_active"]
    search_fields = ["words", "suggestion"]
