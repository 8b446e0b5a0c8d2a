from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"

    def ready(self) -> None:
        """Keep the diary in step with every move of a restriction, and let what appeals decide bind, whoever acts."""
        from . import actions, binding  # noqa: F401
