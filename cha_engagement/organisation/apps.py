from django.apps import AppConfig, apps
from django.apps.registry import Apps
from django.db.models.signals import post_migrate


class OrganisationConfig(AppConfig):
    name = "cha_engagement.organisation"
    label = "organisation"

    def ready(self) -> None:
        post_migrate.connect(begin_lists, sender=self, dispatch_uid="lists")


def begin_lists(apps: Apps = apps, **kwargs: object) -> None:
    """The list of wording that an Administrator keeps, begun where there is none: nothing on it is ever deleted.

    `apps` are as far as they were migrated: an older state has no such list.
    """
    from simple_history.utils import bulk_create_with_history

    from . import models, wording

    if "wording" in apps.all_models[OrganisationConfig.label] and not models.Wording.objects.exists():
        first = [
            models.Wording(words=words, suggestion=suggestion) for words, suggestion in wording.START.items()
        ]
        bulk_create_with_history(first, models.Wording, default_change_reason="The list that we begin with")
