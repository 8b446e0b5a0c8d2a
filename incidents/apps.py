from django.apps import AppConfig, apps
from django.apps.registry import Apps
from django.db.models.signals import post_migrate


class IncidentsConfig(AppConfig):
    name = "incidents"

    def ready(self) -> None:
        post_migrate.connect(ensure_categories, sender=self, dispatch_uid="categories")


def ensure_categories(apps: Apps = apps, **kwargs: object) -> None:
    """A row for each category, after every migration that leaves its table there and after a test's flush."""
    from . import enums, models

    if "category" in apps.all_models[IncidentsConfig.name]:
        models.Category.objects.bulk_create(
            [models.Category(code=code) for code in enums.Category.values], ignore_conflicts=True
        )
