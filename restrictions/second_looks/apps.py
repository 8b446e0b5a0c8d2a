from django.apps import AppConfig


class SecondLooksConfig(AppConfig):
    name = "restrictions.second_looks"
    label = "second_looks"

    def ready(self) -> None:
        """Have a second person look wherever somebody decides though it affected them."""
        from . import actions  # noqa: F401
