from collections.abc import Iterable

from django.apps import AppConfig, apps
from django.apps.registry import Apps
from django.db.models import Model
from django.db.models.signals import post_migrate


class OrganisationConfig(AppConfig):
    name = "cha_engagement.organisation"
    label = "organisation"
    verbose_name = "The association and its letters"

    def ready(self) -> None:
        post_migrate.connect(create_initial_lists, sender=self, dispatch_uid="lists")


def create_initial_lists(apps: Apps = apps, **kwargs: object) -> None:
    """Fill the lists that an Administrator keeps where they are empty: nothing on them is ever deleted.

    `apps` are as far as they were migrated: an older state has no such list. A standard paragraph that letters need is added where it
    is not there yet.
    """
    from . import models, standard_texts, wording

    tables = apps.all_models[OrganisationConfig.label]
    if "wording" in tables and not models.Wording.objects.exists():
        create_with_history(
            models.Wording(words=words, suggestion=suggestion)
            for words, suggestion in wording.INITIAL_WORDINGS.items()
        )
    if "standardtext" in tables:
        known = set(models.StandardText.objects.values_list("name", flat=True))
        texts = standard_texts.INITIAL_TEXTS.items()
        create_with_history(
            models.StandardText(name=name, text=text) for name, text in texts if name not in known
        )


def create_with_history(rows: Iterable[Model]) -> None:
    from simple_history.utils import bulk_create_with_history

    if new_rows := list(rows):
        bulk_create_with_history(
            new_rows, type(new_rows[0]), default_change_reason="The list that we begin with"
        )
