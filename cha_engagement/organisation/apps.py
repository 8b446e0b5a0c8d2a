from django.apps import AppConfig
from django.db.models.signals import post_migrate


class OrganisationConfig(AppConfig):
    name = "cha_engagement.organisation"
    label = "organisation"

    def ready(self) -> None:
        post_migrate.connect(begin_lists, sender=self, dispatch_uid="lists")


def begin_lists(**kwargs: object) -> None:
    """The list of wording that an Administrator keeps, begun where there is none: nothing on it is ever deleted."""
    from simple_history.utils import bulk_create_with_history

    from . import models, wording

    if not models.Wording.objects.exists():
        first = [
            models.Wording(words=words, suggestion=suggestion) for words, suggestion in wording.START.items()
        ]
        bulk_create_with_history(first, models.Wording, default_change_reason="The list that we begin with")
