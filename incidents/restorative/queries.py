from django.db.models import QuerySet

from .models import RestorativeAction


def prefetch_for_page(actions: QuerySet[RestorativeAction]) -> QuerySet[RestorativeAction]:
    return actions.select_related("customer", "incident", "by", "owner", "organisation")
