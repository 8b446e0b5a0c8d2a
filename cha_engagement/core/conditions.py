from django.db.models import BooleanField, Case, Q, Value, When


def true_where(condition: Q) -> Case:
    """Return an expression, to annotate rows with whether a condition holds of each."""
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())
