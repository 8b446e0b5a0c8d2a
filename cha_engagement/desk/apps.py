from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "cha_engagement.desk"
    label = "desk"

    def ready(self) -> None:
        from cha_engagement.core.records import records_changed

        from . import checks, events  # noqa: F401

        records_changed.connect(events.follow_changes)
