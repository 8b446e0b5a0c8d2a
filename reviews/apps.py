from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"

    def ready(self) -> None:
        """Load what acts on other apps: the diary follows every restriction, and what appeals decide binds whoever acts.

        `actions` receives the signal of a restriction's status, `rules` registers with the hub, and restrictions ask our rules.
        """
        from restrictions.rules.appeal import register_appeal_rules

        from . import actions, rules  # noqa: F401

        register_appeal_rules(rules)
