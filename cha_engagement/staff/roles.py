"""Give each role its permissions: the only place that does. Roles are groups; a person may hold several."""

from typing import Any

from django.apps import apps
from django.apps.registry import Apps
from django.contrib.auth.models import Group, Permission

READ_EVERY_CASE = "incidents.view_incident"
"""A permission whose holders read no more by being assigned or named."""

OFFICER = (
    "customers.view_customer",
    "customers.view_card",
    "customers.add_customer",
    "customers.change_customer",
    "incidents.add_incident",
    "contacts.add_contact",
    "restorative.add_restorativeaction",
    "restrictions.propose_restriction",
    "reviews.log_appeal",
    "evidence.add_evidence",
    "lists.export",
)
READER = (
    "incidents.view_incident",
    "restrictions.view_restriction",
    "restrictions.view_managementdecision",
    "reviews.view_review",
    "reviews.view_appeal",
    "letters.view_letter",
    "evidence.view_evidence",
    "customers.view_customer",
    "customers.view_card",
    "lists.export",
)
HISTORY = ("staff.view_history",)
MANAGER = (
    *OFFICER,
    *READER,
    *HISTORY,
    "incidents.assess_incident",
    "incidents.close_incident",
    "restrictions.decide_management",
    "restrictions.impose_restriction",
    "reviews.hold_review",
    "letters.issue_letter",
    "customers.merge_customer",
    "customers.assign_customer",
    "incidents.assign_incident",
)
ROLES: dict[str, tuple[str, ...]] = {
    "Officer": OFFICER,
    "Manager": MANAGER,
    "Management Team": (*MANAGER, "restrictions.restrict_complaints_process", "reviews.receive_escalations"),
    "Executive Team": (
        *OFFICER,
        *HISTORY,
        "reviews.hear_appeal",
        "reviews.view_appeal",
        "letters.issue_letter",
    ),
    "CCSM": MANAGER,
    "Data Protection": (*READER, *HISTORY, "staff.view_accesslogentry", "staff.view_wideraccess"),
    "Administrator": ("organisation.administer",),
}


def ensure_roles(apps: Apps = apps, **kwargs: Any) -> None:
    """Make the groups and give each exactly its permissions. Runs after every migration, and after a test's flush.

    `apps` are as far as they were migrated: there may be no groups yet.
    """
    if "group" not in apps.all_models["auth"]:
        return
    by_name = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    for role, names in ROLES.items():
        group, _ = Group.objects.get_or_create(name=role)
        group.permissions.set([by_name[name] for name in names if name in by_name])
