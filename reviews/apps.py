from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"

    def ready(self) -> None:
        """Load what acts on other apps: `actions` receives the signal of a restriction's status, so that the diary follows each."""
        from . import actions  # noqa: F401
