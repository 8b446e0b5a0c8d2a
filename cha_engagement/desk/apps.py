from django.apps import AppConfig, apps
from django.db.models.signals import m2m_changed, post_migrate, post_save, pre_save


class DeskConfig(AppConfig):
    name = "cha_engagement.desk"
    label = "desk"

    def ready(self) -> None:
        from cha_engagement.core.records import records_changed
        from cha_engagement.staff.models import StaffMember

        from . import checks, following, holding, tasks  # noqa: F401

        records_changed.connect(following.follow_changes)
        pre_save.connect(following.note_settings, sender="organisation.Organisation")
        post_save.connect(following.follow_settings, sender="organisation.Organisation")
        m2m_changed.connect(holding.end_holdings_of, sender=StaffMember.groups.through)
        post_save.connect(following.follow_account, sender=StaffMember)
        post_save.connect(holding.end_holdings_of_leaver, sender=StaffMember)
        post_migrate.connect(tasks.forget_permission_keys)
        # The last of our apps to be migrated: by then the tables of all are there.
        post_migrate.connect(following.mend_after_migrating, sender=apps.get_app_config("core"))
