"""Naming a customer in a form: by reference, since no list can hold them all."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from .models import Customer


class CustomerField(forms.CharField):
    """One customer, typed or carried as their reference, such as `CUS-2026-0042`."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if text in self.empty_values:
            return None
        reference = text.upper()
        if re.fullmatch(r"CUS-\d{4}-\d{4,9}", reference):
            customer = Customer.objects.filter(reference=reference).first()
            if customer:
                return customer
        raise ValidationError(f"No customer has the reference {text}. Look them up to find it.")

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Customer):
            return value.reference
        if isinstance(value, int):
            return Customer.objects.filter(pk=value).values_list("reference", flat=True).first()
        return value
