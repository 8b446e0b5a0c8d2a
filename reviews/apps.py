from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"

    def ready(self) -> None:
        """Keep the diary in step with every move of a restriction, whoever starts it."""
        from . import workflow  # noqa: F401
