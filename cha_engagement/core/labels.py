from django.db.models import Model
from django.utils.text import capfirst


def field_label(record: Model | type[Model], name: str) -> str:
    """Return what a field is called: in its form, on pages, in a list and its file, and in the history."""
    return str(capfirst(record._meta.get_field(name).verbose_name))  # type: ignore[union-attr]
