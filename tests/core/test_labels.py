"""A fact has one label: its field's, which forms, pages, lists and files take from the model."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist

from cha_engagement.core.labels import field_label
from cha_engagement.customers.models import Customer
from restrictions.models import Restriction

OTHER_NAMES = {
    "blocked": "block",
    "decision": "managementdecision",
    "interim": "interimmeasure",
    "restorative_action": "restorativeaction",
}
"""What templates call a record, where that is not its model's name."""


def labels_in_templates():
    """Yield each label that a page spells, with where, and the model and the field of the value beside it."""
    models = {model._meta.model_name: model for model in apps.get_models()}
    spelt = r'label="([^"]+)" value=(\w+)\.(\w+)|<dt[^>]*>([^<{]+)</dt><dd[^>]*>\{\{ (\w+)\.(\w+)'
    for path in (Path(settings.BASE_DIR) / "templates").rglob("*.html"):
        for found in re.finditer(spelt, path.read_text()):
            label, record, name = filter(None, found.groups())
            name = re.sub(r"^get_(\w+)_display$", r"\1", name)
            if model := models.get(OTHER_NAMES.get(record, record)):
                yield path.name, label, record, model, name


@pytest.mark.parametrize(
    ("model", "name", "label"),
    [(Restriction, "ends_on", "Last day"), (Customer, "known_as", "Also known as")],
)
def test_a_label_is_the_fields_name_with_a_capital(model, name, label):
    assert field_label(model, name) == field_label(model(), name) == label


def test_no_page_spells_the_label_of_a_field_again():
    again = []
    for file, label, record, model, name in labels_in_templates():
        try:
            known = field_label(model, name)
        except (FieldDoesNotExist, AttributeError):
            continue  # the value is worked out, and has no field
        if known == label:
            again.append(f'{file}: {label}, write {record}|field_label:"{name}"')
    assert not again, f"Take the label from the model, so that both change together: {again}"
