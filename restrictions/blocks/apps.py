from django.apps import AppConfig


class BlocksConfig(AppConfig):
    name = "restrictions.blocks"
    label = "blocks"

    def ready(self) -> None:
        """Connect what is blocked to the restrictions that ask for it."""
        from . import actions  # noqa: F401
