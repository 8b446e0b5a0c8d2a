from django.db.models import QuerySet

from .models import RestorativeAction


def prefetch_for_page(steps: QuerySet[RestorativeAction]) -> QuerySet[RestorativeAction]:
    return steps.select_related("customer", "incident", "by", "owner", "organisation")
