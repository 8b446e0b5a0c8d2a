"""The pages on which an Administrator keeps lists and accounts. Nothing of a case is registered here."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from django import forms
from django.contrib import admin
from django.contrib.admin.templatetags.admin_list import result_headers
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.utils import lookup_field
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import BadRequest
from django.db import models
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, reverse
from django.utils.crypto import salted_hmac
from django.utils.text import capfirst
from simple_history.admin import SimpleHistoryAdmin
from simple_history.models import DeletedObject
from simple_history.template_utils import HistoricalRecordContextHelper

from cha_engagement.core.answers import value_in_words
from cha_engagement.core.dates import NearDateField
from cha_engagement.core.forms import WordedForm
from cha_engagement.core.refusals import raise_if_refused

from .models import Policy
from .policy import read_policy, repeated_numbers
from .rules import may_administer

NUMBER = re.compile("[0-9]{1,18}")  # of a row: more digits than this no database holds


class Administration(admin.AdminSite):
    """Django's admin, opened by the permission to administer alone. One signs in and out as everywhere else."""

    site_header = site_title = index_title = "Administration"
    empty_value_display = "None"  # in a filter
    final_catch_all_view = False
    # Done elsewhere, or for scripts that no page of ours has; and `view_on_site` would say of any record whether it exists, and where.
    LEFT_OUT = frozenset(
        {"logout", "password_change", "password_change_done", "autocomplete", "jsi18n", "view_on_site"}
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

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Say of each list what it is for, as the first page shows it."""
        apps = super().get_app_list(request, app_label)
        for model in (model for app in apps for model in app["models"]):
            hint = getattr(self.get_model_admin(model["model"]), "hint", "")
            model |= {"title": model["name"], "url": model["admin_url"], "hint": hint}
        return apps


site = Administration()


class ReadableDelta(HistoricalRecordContextHelper):
    """Shows an answer before and after a change as people write it."""

    def prepare_delta_change_value(self, change: Any, value: Any) -> str:
        # Where nobody was chosen, the library says that somebody was deleted.
        chosen = None if isinstance(value, DeletedObject) and value.pk is None else value
        return value_in_words(super().prepare_delta_change_value(change, chosen))


def show_changes(row: Any) -> None:
    """Have a row of history say what it changed, as `templates/admin/history_row.html` shows it."""
    if previous := row.prev_record:
        delta = row.diff_against(previous, foreign_keys_are_objs=True)
        row.history_delta_changes = ReadableDelta(type(row.instance), row).context_for_delta_changes(delta)


class Row(NamedTuple):
    """A row of a list: what it is, where it leads, and what its columns say of it."""

    key: Any
    title: str
    url: str
    answers: list[tuple[str, str]]


class WordedList(ChangeList):
    """A list with its headings and rows in words: no pictures stand for yes and no."""

    @property
    def names(self) -> list[str]:
        return [str(name) for name in self.list_display if name != "action_checkbox"]

    @property
    def headings(self) -> list[Any]:
        return [heading for heading in result_headers(self) if "checkbox" not in str(heading["class_attrib"])]

    @property
    def rows(self) -> Iterator[Row]:
        headings = [heading["text"] for heading in self.headings]
        for record in self.result_list:
            title, *answers = (self.answer(name, record) for name in self.names)
            yield Row(record.pk, title, self.url_for_row(record), [*zip(headings[1:], answers, strict=True)])

    def answer(self, name: str, record: Any) -> str:
        field, _, value = lookup_field(name, record, self.model_admin)
        if field and field.is_relation:
            value = getattr(record, name)
        elif field and field.choices:
            value = getattr(record, f"get_{name}_display")()
        return value_in_words(value) or "–"

    def url_for_row(self, record: Any) -> str:
        """Return where a row leads, and from there back to the list as it is filtered; nothing where it is not opened."""
        if self.list_display_links is None:
            return ""
        filters: Any = {"preserved_filters": self.preserved_filters, "opts": self.opts}
        return add_preserved_filters(filters, self.url_for_result(record))


class AdminForm(WordedForm, forms.ModelForm):
    """A form of the administration: its errors say what to do, as those of all forms."""


class SeenForm(AdminForm):
    """A form of which something is shown before it is saved: whoever saves it has seen exactly that."""

    to_be_seen = False
    unseen = ""
    """What is asked of whoever has not seen it yet."""

    def shown(self) -> list[Any]:
        """Return what has to be seen before these answers are saved; nothing where nothing has."""
        return []

    @property
    def digest(self) -> str:
        """Return a fingerprint of what is shown: whoever saves has seen this very text."""
        return salted_hmac(type(self).__name__, repr(self.shown())).hexdigest()

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # which the stubs do not know
        if not self.errors and self.shown() and self.data.get("seen") != self.digest:
            self.to_be_seen = True
            self.add_error(None, self.unseen)


class PermanentAdmin(SimpleHistoryAdmin):
    """Lets an Administrator add and change records but never delete them; every change is kept, and none is taken back."""

    form = AdminForm
    hint = ""  # what the list is for, on the first page
    one_of_them = ""  # what one more is called where somebody adds it: "a member of staff"; as its model where that is empty
    view_on_site = False
    object_history_template = "admin/history.html"

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
        """Ask as all our forms do, without the widgets of the admin, and bound days."""
        if isinstance(db_field, models.DateField):
            kwargs["form_class"] = NearDateField
        if isinstance(db_field, models.URLField):
            kwargs["assume_scheme"] = "https"
        if isinstance(db_field, models.TextField):
            kwargs["widget"] = forms.Textarea({"rows": min(25, (db_field.max_length or 0) // 200 + 2)})
        return db_field.formfield(**kwargs)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return WordedList

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        index = {"url": reverse("admin:index"), "text": self.admin_site.index_title}
        title = capfirst(self.opts.verbose_name_plural)
        context = {"title": title, "hint": self.hint, "back": index, "add_title": self.add_title}
        if request.POST.get("select_across"):
            # Django wants one of the rows to be ticked before it takes them all.
            posted = request.POST.copy()
            posted["_selected_action"] = "0"
            request.POST = posted  # type: ignore[assignment]
        return super().changelist_view(request, context | (extra_context or {}))

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        record = self.get_object(request, object_id)
        back = {"url": self.page_url("change", object_id), "text": str(record)}
        return super().history_view(request, object_id, {"back": back} | (extra_context or {}))

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
        if record:
            context |= {"title": str(record), "caption": capfirst(self.opts.verbose_name)}
        else:
            context["title"] = self.add_title
        if getattr(admin_form.form, "to_be_seen", False):
            context["seen"] = self.seen_context(request, admin_form.form)
        context |= {"form": admin_form.form, "back": self.link_to_list()}
        return super().render_change_form(request, context, *args, **kwargs)

    def seen_context(self, request: HttpRequest, form: Any) -> dict[str, Any]:
        """Return what is shown of a `SeenForm` before it is saved, and the `template` that shows it."""
        raise NotImplementedError

    @property
    def add_title(self) -> str:
        return f"Add {self.one_of_them or self.opts.verbose_name}"

    def link_to_list(self) -> dict[str, str]:
        """Return where a record's page leads back to."""
        return {"url": self.page_url("changelist"), "text": capfirst(self.opts.verbose_name_plural)}

    def page_url(self, page: str, *keys: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=keys)

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


class OneRowAdmin(PermanentAdmin):
    """Keeps the one row of a model that has no more."""

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        """Leave "add" out of the menu, which stands on each page: whether there is a row yet would be asked every time."""
        is_administrator = self.admin_site.has_permission(request)
        return {"add": False, "change": is_administrator, "delete": False, "view": is_administrator}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not self.model._default_manager.exists()

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Lead to the row itself, and where there is none yet to the form that makes it."""
        row = self.model._default_manager.first()
        return redirect(self.page_url("change", row.pk) if row else self.page_url("add"))

    def link_to_list(self) -> dict[str, str]:
        return {"url": reverse("admin:index"), "text": self.admin_site.index_title}

    def save_model(self, request: HttpRequest, obj: models.Model, form: ModelForm, change: bool) -> None:
        obj.pk = 1
        super().save_model(request, obj, form, change)


class PolicyForm(AdminForm):
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
    hint = "The policy that colleagues read here, paragraph by paragraph."
