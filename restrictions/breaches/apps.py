from django.apps import AppConfig


class BreachesConfig(AppConfig):
    name = "restrictions.breaches"
    label = "breaches"

    def ready(self) -> None:
        """Connect the contacts that are logged to the restrictions that they may go against."""
        from . import actions  # noqa: F401
