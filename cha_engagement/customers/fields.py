"""Form fields about customers: lists of lines, and another customer by reference."""

import re
from collections.abc import Callable, Collection, Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse_lazy

from cha_engagement.core.converters import ReferenceConverter
from cha_engagement.core.records import SHORT
from cha_engagement.core.statements import AskedText, kept_records

from .folding import fold_text
from .models import Customer
from .queries import find_matching_ids, sort_best_first

MOST_LINES = 20
MOST_SUGGESTED = 5  # customers in a sentence, or to choose from
NONE_OF_THESE = "None of these: "
"""The beginning of a value that means nobody of those who were found."""


REFERENCE = re.compile(
    rf"^(?P<alone>{ReferenceConverter.regex})$|\((?P<chosen>{ReferenceConverter.regex})\)$"
)
"""A reference by itself, or behind the name of whom somebody chose: "Orla Bhriain (CUS-2026-0042)"."""


class LinesField(forms.CharField):
    """A list of texts, one on each line. `read` gives a line as it is kept, or raises `ValidationError` with a sentence.

    `split` gives the lines of somebody who has typed several into one.
    """

    widget = forms.Textarea(attrs={"rows": 2})

    def __init__(
        self,
        *,
        read: Callable[[str], str] = str,
        split: Callable[[str], list[str]] = lambda line: [line],
        **kwargs: Any,
    ):
        super().__init__(required=False, **kwargs)
        self.read_line = read
        self.split_line = split

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        lines = [part for line in self.lines(super().clean(value)) for part in self.split_line(line)]
        if len(lines) > MOST_LINES:
            raise ValidationError(f"“{self.label}” has more than {MOST_LINES} lines. Keep those in use.")
        for line in lines:
            if len(line) > SHORT:
                raise ValidationError(
                    f"“{line[:40]}…” is longer than {SHORT} characters. Put one on each line."
                )
        values, errors = [], []
        for line in lines:
            try:
                values.append(self.read_line(line))
            except ValidationError as error:
                errors.append(error)
        if errors:
            raise ValidationError(errors)
        return list(dict.fromkeys(values))

    @staticmethod
    def lines(text: str) -> Iterable[str]:
        return dict.fromkeys(line for part in text.splitlines() if (line := " ".join(part.split())))


class CustomerField(forms.Field):
    """Another customer, typed as a reference: no list of customers is ever short enough to choose from.

    Whoever types something else is told which references they may mean, and types one or, where the form `offers` that, chooses it, while
    they type or afterwards; the full name of the only one who is found is taken. Nothing else is ever recorded about somebody whom a look-up
    has guessed. A text that means nobody is `unmatched`.
    """

    widget: Any = forms.TextInput

    def __init__(self, *, offers: bool = False, **kwargs: Any):
        super().__init__(**kwargs)
        self.offers = offers
        self.unmatched = ""
        self.closed_customers: Collection[int] = ()
        if offers:
            self.widget.attrs |= {
                "data-choices": reverse_lazy("look_up"),
                "autocomplete": "off",
                "spellcheck": "false",
            }

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            return Customer.objects.values_list("reference", flat=True).filter(pk=value).first()
        return value

    def to_python(self, value: Any) -> Customer | None:
        typed = str(value or "").strip()
        if typed.startswith(NONE_OF_THESE.strip()):
            self.unmatched = typed.removeprefix(NONE_OF_THESE.strip()).strip()
            return None
        if not typed:
            return None
        if reference := REFERENCE.search(typed.upper()):
            asked = AskedText(reference["alone"] or reference["chosen"])
            customer = next(iter(kept_records(Customer, customers_with_reference, asked)), None)
            if customer and typed[: reference.start()].strip() in ("", customer.name):
                return customer.merged_into or customer
            if not customer:
                raise ValidationError("No customer has this reference. Check it, or type their name instead.")
        candidates = sort_best_first(find_matching_ids(typed), Customer.objects.all())
        if self.offers and [fold_text(candidate.name) for candidate in candidates] == [fold_text(typed)]:
            return candidates[0]
        self.unmatched = "" if candidates else typed
        if candidates and self.offers:
            raise ValidationError(self.offer(candidates, typed))
        raise ValidationError(suggest_references(candidates))

    def offer(self, candidates: list[Customer], typed: str) -> str:
        """Let one of the candidates be chosen in place of what was typed. Return a sentence that says so."""
        choices = (
            customer_choice(candidate, self.closed_customers) for candidate in candidates[:MOST_SUGGESTED]
        )
        self.widget = forms.RadioSelect(choices=[*choices, (NONE_OF_THESE + typed, "None of these")])
        if len(candidates) > MOST_SUGGESTED:
            return "This finds many customers, among them these. Choose one."
        return "Choose who you mean."


def customers_with_reference(reference: str) -> QuerySet[Customer]:
    return Customer.objects.filter(reference=reference).select_related(
        "household_of", "merged_into__household_of"
    )


class SameCustomerField(forms.ChoiceField):
    """Asks of somebody new whether they are one of those whom we know.

    The answer is a dictionary: `customer` where they are, and as `ruled_out` the references of those whom they are not. Ruled out for some
    it is not for others, so whoever then changes their answers is asked again.
    """

    widget: Any = forms.HiddenInput

    def __init__(self, **kwargs: Any):
        super().__init__(required=False, **kwargs)

    def offer(self, customers: Collection[Customer]) -> None:
        self.widget = forms.RadioSelect()
        none = NONE_OF_THESE + " ".join(customer.reference for customer in customers)
        self.choices = [*map(customer_choice, customers), (none, "None of these: they are new")]

    def valid_value(self, value: str) -> bool:
        return True

    def clean(self, value: Any) -> dict[str, Any]:
        answer = super().clean(value)
        if answer.startswith(NONE_OF_THESE):
            return {"ruled_out": answer.removeprefix(NONE_OF_THESE).split()}
        customers = Customer.objects.select_related("merged_into").filter(reference=answer)
        known = customers.first() if REFERENCE.fullmatch(answer) else None
        same = {"customer": known.merged_into or known} if known else {}
        return {"ruled_out": [], **same}


def customer_choice(customer: Customer, closed_customers: Collection[int] = ()) -> tuple[str, str]:
    """Return how a customer is chosen: without the address where their case is closed to whoever chooses. Beyond the policy: B33."""
    address = "" if customer.pk in closed_customers else customer.address_line
    facts = (customer.name, address, str(customer))
    return customer.reference, ", ".join(filter(None, facts))


def suggest_references(candidates: list[Customer]) -> str:
    """Return a sentence with the references of the candidates, for somebody who has typed something else."""
    named = "; ".join(f"{customer.name} is {customer.reference}" for customer in candidates[:MOST_SUGGESTED])
    if not candidates:
        return "This finds no customer. Check it, or type their reference."
    if len(candidates) > MOST_SUGGESTED:
        return f"This finds many customers, among them: {named}. Type the reference of the one you mean."
    return f"Type the reference of the one you mean: {named}."


class RuledOutField(forms.MultipleChoiceField):
    """One box to tick where it is none of those shown, which posts their references.

    Ticked for some it does not rule out others, so whoever then changes their answers is asked again.
    """

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any):
        super().__init__(required=False, **kwargs)

    def valid_value(self, value: str) -> bool:
        return True

    def clean(self, value: Any) -> list[str]:
        return " ".join(super().clean(value)).split()
