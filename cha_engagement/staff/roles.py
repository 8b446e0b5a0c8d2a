"""Which permissions each role gives: the only place that says so. Roles are groups; a person may hold several."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import Group, Permission

OFFICER = (
    "customers.view_customer",
    "customers.view_card",
    "customers.add_customer",
    "customers.change_customer",
    "incidents.add_incident",
    "contacts.add_contact",
    "incidents.add_restorativeaction",
    "restrictions.propose_restriction",
    "reviews.log_appeal",
    "evidence.add_evidence",
    "lists.export",
)
READS_ALL = (
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
    *READS_ALL,
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
    "Data Protection": (*READS_ALL, *HISTORY, "lists.view_export", "staff.view_wideraccess"),
    "Administrator": ("organisation.administer",),
}


def ensure_roles(**kwargs: Any) -> None:
    """Make the groups and give each exactly its permissions. Runs after every migration, and after a test's flush."""
    by_name = {
        f"{p.content_type.app_label}.{p.codename}": p
        for p in Permission.objects.select_related("content_type")
    }
    for role, names in ROLES.items():
        group, _ = Group.objects.get_or_create(name=role)
        group.permissions.set(permissions(names, by_name))


def permissions(names: Iterable[str], by_name: dict[str, Permission]) -> list[Permission]:
    return [by_name[name] for name in names if name in by_name]
