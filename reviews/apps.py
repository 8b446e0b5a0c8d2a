from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"

    def ready(self) -> None:
        """Keep the diary in step with every transition of a restriction, and let what appeals decide bind, whoever acts."""
        from restrictions.rules.appeal import register_appeal_rules

        from . import actions, binding  # noqa: F401
        from .rules import permissions

        register_appeal_rules(permissions)
