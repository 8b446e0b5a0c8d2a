from django.apps import AppConfig
from django.db.models.signals import post_migrate

from . import interfaces


class CoreConfig(AppConfig):
    name = "cha_engagement.core"
    label = "core"

    def ready(self) -> None:
        from . import table_statistics

        post_migrate.connect(table_statistics.refresh_statistics, sender=self)
        interfaces.load_desks()
