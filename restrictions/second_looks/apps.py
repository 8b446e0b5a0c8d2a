from django.apps import AppConfig


class SecondLooksConfig(AppConfig):
    name = "restrictions.second_looks"
    label = "second_looks"

    def ready(self) -> None:
        """Have a second person look wherever somebody decides though they had a part in it."""
        from . import actions  # noqa: F401
