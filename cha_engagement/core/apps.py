from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules

from . import hub


class CoreConfig(AppConfig):
    name = "cha_engagement.core"
    label = "core"

    def ready(self) -> None:
        from . import table_statistics

        post_migrate.connect(table_statistics.refresh_statistics, sender=self)
        autodiscover_modules(*hub.MODULES)
