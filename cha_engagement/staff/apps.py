from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class StaffConfig(AppConfig):
    name = "cha_engagement.staff"
    label = "staff"
    verbose_name = "Accounts and emails"

    def ready(self) -> None:
        from . import (
            checks,  # noqa: F401
            roles,
            signals,  # noqa: F401
        )

        # The last of our apps to be migrated: by then the permissions of all are there.
        last = apps.get_app_config("core")
        post_migrate.connect(roles.ensure_roles, sender=last, dispatch_uid="roles")
