"""Fields to choose records of a case by their reference."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, cast

from django import forms

from cha_engagement.core.records import CaseRecord
from cha_engagement.core.templatetags.ui import uk_date, uk_datetime
from cha_engagement.customers.models import Customer
from cha_engagement.evidence.models import Evidence
from cha_engagement.staff.fields import StaffChoiceField
from cha_engagement.staff.models import StaffMember
from incidents.agreements.queries import WHY_LEFT_OUT, colleagues_to_spare
from incidents.interfaces import incident_notes
from incidents.models import Incident
from incidents.restorative.models import RestorativeAction

from .kinds.kind import RestrictionKind
from .models import ManagementDecision, Restriction


def describe_record(record: CaseRecord) -> str:
    """Return a record in a line, to tell it from others in a list of choices."""
    match record:
        case Incident():
            kinds = ", ".join(str(category).lower() for category in record.categories.all())
            moved = (
                f", counted from {uk_date(record.counts_from)}"
                if record.counts_from != record.occurred_at
                else ""
            )
            return f"{uk_datetime(record.occurred_at)}{moved}: {kinds or record.get_channel_display().lower()} ({record})"
        case RestorativeAction():
            return (
                f"{record.get_kind_display()}, {uk_date(record.on)}: {record.get_outcome_display().lower()}"
            )
        case Evidence():
            return f"{record.summary} ({record})"
        case ManagementDecision():
            return f"{uk_date(record.decided_at)}, by {record.by} ({record})"
        case Restriction():
            return record.full_title
    return str(record)


class RecordsField(forms.ModelMultipleChoiceField):
    """Records of a case, posted as their references. The form says which may be chosen."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, queryset: Any, **kwargs: Any):
        super().__init__(queryset.none(), to_field_name="reference", required=False, **kwargs)

    def label_from_instance(self, record: CaseRecord) -> str:
        return describe_record(record)


class OfferedRecordsField(forms.MultipleChoiceField):
    """Records of a case that a form has read already, posted as their references: a form asks many questions about the same ones."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, records: Iterable[CaseRecord], **kwargs: Any):
        self.records = {record.reference: record for record in records}
        choices = [(reference, describe_record(record)) for reference, record in self.records.items()]
        help_text = "" if choices else NOTHING_TO_CHOOSE
        super().__init__(choices=choices, required=False, help_text=help_text, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return [getattr(chosen, "reference", chosen) for chosen in value or ()]

    def clean(self, value: Any) -> list[CaseRecord]:
        return [self.records[reference] for reference in super().clean(value)]


class RecordField(forms.ModelChoiceField):
    """One record of a case, posted as its reference."""

    def __init__(self, queryset: Any, **kwargs: Any):
        super().__init__(queryset.none(), to_field_name="reference", **kwargs)

    def label_from_instance(self, record: CaseRecord) -> str:
        return describe_record(record)


NOTHING_TO_CHOOSE = "None is recorded that you can see."


def offer_choices(form: forms.Form, **querysets: Any) -> None:
    """Say what may be chosen in these fields of a form, or that there is nothing."""
    for name, queryset in querysets.items():
        field: Any = form.fields[name]
        field.queryset = queryset
        # Django reads them anew for each who looks through the choices, though the form has read them already.
        unchosen = [] if field.empty_label is None else [("", field.empty_label)]
        field.choices = [*unchosen, *map(field.choices.choice, queryset)]
        if not queryset:
            field.help_text = NOTHING_TO_CHOOSE


def ask_what_is_new(form: forms.Form, notes: Mapping[str, str]) -> list[str]:
    """Say beside each incident that it was decided on, and return the question what is new since; nothing where it does not arise.

    `notes` are those of `queries.decided_notes`.
    """
    if not notes:
        del form.fields["new_since"]
        return []
    form.fields["incidents"].choice_hints = notes  # type: ignore[attr-defined]
    form.fields["new_since"].label = "What is new since it was decided on?"
    form.fields["new_since"].help_text = "Only where all of these were decided on already."
    return ["new_since"]


def add_incident_notes(form: forms.Form, incidents: Collection[Incident]) -> None:
    """Say first of each incident what it is read beside, such as what its customer had been asked before."""
    field: Any = form.fields["incidents"]
    hints = getattr(field, "choice_hints", {})
    notes = incident_notes(incidents)
    field.choice_hints = {
        incident.reference: " ".join(filter(None, [*notes[incident.pk], hints.get(incident.reference)]))
        for incident in incidents
    }


def leave_out_harmed(
    fields: Mapping[str, forms.Field],
    kind: RestrictionKind,
    customer: Customer,
    user: StaffMember | None = None,
) -> None:
    """Leave those whom this customer harmed out of the people that a kind offers, until they agree. Beyond the policy: B40."""
    if kind.people:
        spared = colleagues_to_spare(customer, len(kind.people), by=user)
        for name in kind.people:
            cast(StaffChoiceField, fields[name]).leave_out(spared, WHY_LEFT_OUT)


def text_areas(*names: str, rows: int = 3) -> dict[str, forms.Textarea]:
    return {name: forms.Textarea(attrs={"rows": rows}) for name in names}
