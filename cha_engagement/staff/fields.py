"""Choosing a colleague: from a list while the association is small, by typing a name once it is not."""

from collections.abc import Callable, Collection
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.db.models import QuerySet, Value
from django.db.models.functions import Concat

from .models import StaffMember
from .queries import holders

LONGEST_LIST = 50  # colleagues; above that they are looked up
LONGEST_NAME = 301  # characters: a first name, a space and a last name


def active() -> QuerySet[StaffMember]:
    """Those who deal with customers: nobody else is given one to look after, or a task about one. Policy §65."""
    return holders("incidents.add_incident")


def everybody() -> QuerySet[StaffMember]:
    """All who work here: what happens can happen to anybody."""
    return StaffMember.objects.filter(is_active=True)


def find(people: QuerySet[StaffMember], text: str) -> StaffMember:
    """The colleague with this username or full name. Raises `ValidationError` with a sentence."""
    ProhibitNullCharactersValidator()(text)
    if len(text) > LONGEST_NAME:
        raise ValidationError("This is too long for a name. Type a full name or a username.")
    named = people.annotate(full_name=Concat("first_name", Value(" "), "last_name"))
    found = list(named.filter(username__iexact=text)[:1] or named.filter(full_name__iexact=text)[:2])
    if len(found) == 1:
        return found[0]
    if found:
        raise ValidationError(f"More than one colleague is called {text}. Type their username.")
    raise ValidationError(f"No colleague is called {text}. Type a full name or a username.")


class StaffChoiceField(forms.ModelChoiceField):
    """One colleague, posted as their username: of a queryset, or of those `among` which each form looks up anew."""

    queryset: QuerySet[StaffMember]

    def __init__(
        self,
        queryset: QuerySet[StaffMember] | None = None,
        *,
        among: Callable[[], QuerySet[StaffMember]] = active,
        **kwargs: Any,
    ):
        people = StaffMember.objects.none() if queryset is None else queryset
        self.limited = queryset is not None
        self.among = among
        super().__init__(people, to_field_name="username", **kwargs)
        self.is_long = False

    def __deepcopy__(self, memo: dict[int, Any]) -> "StaffChoiceField":
        copied = super().__deepcopy__(memo)
        if not copied.limited:
            copied.offer(copied.among())
        return copied

    def offer(self, people: QuerySet[StaffMember]) -> None:
        """Offer these colleagues: as a list, or to be typed when there are too many for one."""
        self.limited = True
        self.queryset = people
        listed = list(people[: LONGEST_LIST + 1])
        self.is_long = len(listed) > LONGEST_LIST
        if self.is_long:
            self.widget = self.typed_widget()
        else:
            self.choices = [*self.first_choice(), *((person.username, str(person)) for person in listed)]

    def leave_out(self, people: Collection[StaffMember], why: str) -> None:
        """Do not list these. Chosen all the same, the rule that keeps them out of it says what to do."""
        if not people:
            return
        names = {person.username for person in people}
        self.help_text = f"{self.help_text} {why}".strip()
        if not self.is_long:
            offered = cast(list[tuple[str, str]], self.choices)
            self.choices = [choice for choice in offered if choice[0] not in names]

    def typed_widget(self) -> forms.Widget:
        return forms.TextInput()

    def first_choice(self) -> list[tuple[str, str]]:
        return [("", "Choose a colleague")]

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        return find(self.queryset, str(value).strip())


class StaffMultipleChoiceField(StaffChoiceField, forms.ModelMultipleChoiceField):
    """Several colleagues, posted as their usernames, or typed one on each line. Cleaned, a list of them."""

    widget = forms.CheckboxSelectMultiple

    def typed_widget(self) -> forms.Widget:
        return forms.Textarea(attrs={"rows": 3})

    def first_choice(self) -> list[tuple[str, str]]:
        return []

    def prepare_value(self, value: Any) -> Any:
        prepared = forms.ModelMultipleChoiceField.prepare_value(self, value)
        return "\n".join(map(str, prepared)) if self.is_long and isinstance(prepared, list) else prepared

    def clean(self, value: Any) -> Any:
        lines = value.splitlines() if isinstance(value, str) else (value or [])
        people = [find(self.queryset, str(line).strip()) for line in lines if str(line).strip()]
        if self.required and not people:
            raise ValidationError(self.error_messages["required"], code="required")
        return people
