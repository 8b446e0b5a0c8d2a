from collections.abc import Iterable

from django.apps import AppConfig, apps
from django.apps.registry import Apps
from django.db.models import Model
from django.db.models.signals import post_migrate


class OrganisationConfig(AppConfig):
    name = "cha_engagement.organisation"
    label = "organisation"

    def ready(self) -> None:
        post_migrate.connect(begin_lists, sender=self, dispatch_uid="lists")


def begin_lists(apps: Apps = apps, **kwargs: object) -> None:
    """The lists that an Administrator keeps, begun where there are none: nothing on them is ever deleted.

    `apps` are as far as they were migrated: an older state has no such list. A standard paragraph that letters need is added to a list
    that was begun without it.
    """
    from . import models, standard_texts, wording

    tables = apps.all_models[OrganisationConfig.label]
    if "wording" in tables and not models.Wording.objects.exists():
        begin(models.Wording(words=words, suggestion=said) for words, said in wording.START.items())
    if "standardtext" in tables:
        known = set(models.StandardText.objects.values_list("name", flat=True))
        start = standard_texts.START.items()
        begin(models.StandardText(name=name, text=text) for name, text in start if name not in known)


def begin(rows: Iterable[Model]) -> None:
    from simple_history.utils import bulk_create_with_history

    if first := list(rows):
        bulk_create_with_history(first, type(first[0]), default_change_reason="The list that we begin with")
