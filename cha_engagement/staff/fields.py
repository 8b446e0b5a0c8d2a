"""Form fields to choose a colleague: from a list while the association is small, by typing a name once it is not."""

from collections.abc import Callable, Collection
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.db.models import QuerySet, Value
from django.db.models.functions import Concat

from cha_engagement.core.permissions import Permission

from .models import StaffMember
from .queries import staff_with_permission

LONGEST_LIST = 50  # colleagues; above that they are looked up
LONGEST_NAME = 301  # characters: a first name, a space and a last name


def customer_facing_staff() -> QuerySet[StaffMember]:
    """Return those who deal with customers: nobody else is given one to look after, or a task about one. Policy §65."""
    return staff_with_permission(Permission.LOG_INCIDENTS)


def active_staff() -> QuerySet[StaffMember]:
    """Return all who work here: what happens can happen to anybody."""
    return StaffMember.objects.filter(is_active=True)


def find_colleague(people: QuerySet[StaffMember], text: str) -> StaffMember:
    """Return the colleague with this username or full name. Raises `ValidationError` with a sentence."""
    ProhibitNullCharactersValidator()(text)
    if len(text) > LONGEST_NAME:
        raise ValidationError("This is too long for a name. Type a full name or a username.")
    with_names = people.annotate(full_name=Concat("first_name", Value(" "), "last_name"))
    colleagues = list(
        with_names.filter(username__iexact=text)[:1] or with_names.filter(full_name__iexact=text)[:2]
    )
    if len(colleagues) == 1:
        return colleagues[0]
    if colleagues:
        raise ValidationError(f"More than one colleague is called {text}. Type their username.")
    raise ValidationError(f"No colleague is called {text}. Type a full name or a username.")


def first_people(people: QuerySet[StaffMember]) -> list[StaffMember]:
    """Return as many as a list holds, and one more where there are."""
    return list(people[: LONGEST_LIST + 1])


class StaffChoiceField(forms.ModelChoiceField):
    """One colleague, posted as their username: of a queryset, or of the `candidates` whom each form looks up anew."""

    queryset: QuerySet[StaffMember]

    def __init__(
        self,
        queryset: QuerySet[StaffMember] | None = None,
        *,
        candidates: Callable[[], QuerySet[StaffMember]] = customer_facing_staff,
        **kwargs: Any,
    ):
        people = StaffMember.objects.none() if queryset is None else queryset
        self.has_queryset = queryset is not None
        self.candidates = candidates
        super().__init__(people, to_field_name="username", **kwargs)
        self.is_long = False

    def __deepcopy__(self, memo: dict[int, Any]) -> "StaffChoiceField":
        copied = super().__deepcopy__(memo)
        if not copied.has_queryset:
            # A form copies all its fields at once: those with the same candidates look them up together.
            looked_up: Any = memo
            if self.candidates not in looked_up:
                people = self.candidates()
                looked_up[self.candidates] = people, first_people(people)
            copied.offer(*looked_up[self.candidates])
        return copied

    def offer(self, people: QuerySet[StaffMember], first: list[StaffMember] | None = None) -> None:
        """Offer these colleagues: as a list, or to be typed when there are too many for one. The `first` are read, unless they are given."""
        self.has_queryset = True
        self.queryset = people
        offered = first_people(people) if first is None else first
        self.is_long = len(offered) > LONGEST_LIST
        if self.is_long:
            self.widget = self.typed_widget()
        else:
            self.choices = [
                *self.first_choice(),
                *((person.username, self.label_from_instance(person)) for person in offered),
            ]

    def leave_out(self, people: Collection[StaffMember], explanation: str) -> None:
        """Do not list these people. Where one is chosen all the same, the rule that keeps them out refuses."""
        if not people:
            return
        names = {person.username for person in people}
        self.help_text = f"{self.help_text} {explanation}".strip()
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
        return find_colleague(self.queryset, str(value).strip())


class StaffMultipleChoiceField(StaffChoiceField, forms.ModelMultipleChoiceField):
    """Several colleagues, posted as their usernames, or typed one on each line. Its cleaned value is a list."""

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
        people = [find_colleague(self.queryset, str(line).strip()) for line in lines if str(line).strip()]
        if self.required and not people:
            raise ValidationError(self.error_messages["required"], code="required")
        return people
