from django.apps import AppConfig
from django.db.models.signals import post_save


class DeskConfig(AppConfig):
    name = "cha_engagement.desk"
    label = "desk"

    def ready(self) -> None:
        from cha_engagement.core.records import records_changed

        from . import checks, events, tasks  # noqa: F401

        records_changed.connect(events.follow_changes)
        records_changed.connect(tasks.follow_changes)
        post_save.connect(tasks.follow_settings, sender="organisation.Organisation")
