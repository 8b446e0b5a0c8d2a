from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "cha_engagement.desk"
    label = "desk"

    def ready(self) -> None:
        from . import checks  # noqa: F401
