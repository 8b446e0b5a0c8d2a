"""Give each role its permissions: the only place that does. Roles are groups; a person may hold several."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.apps import apps
from django.apps.registry import Apps
from django.contrib.auth.models import Group
from django.contrib.auth.models import Permission as PermissionRecord

from cha_engagement.core.permissions import Permission

OFFICER = (
    Permission.READ_CUSTOMERS,
    Permission.READ_CARDS,
    Permission.ADD_CUSTOMERS,
    Permission.CHANGE_CUSTOMERS,
    Permission.LOG_INCIDENTS,
    Permission.LOG_CONTACTS,
    Permission.RECORD_RESTORATIVE_ACTIONS,
    Permission.PROPOSE_RESTRICTIONS,
    Permission.LOG_APPEALS,
    Permission.ADD_EVIDENCE,
)
READER = (
    Permission.READ_INCIDENTS,
    Permission.READ_RESTRICTIONS,
    Permission.READ_MANAGEMENT_DECISIONS,
    Permission.READ_REVIEWS,
    Permission.READ_APPEALS,
    Permission.READ_LETTERS,
    Permission.READ_EVIDENCE,
    Permission.READ_CUSTOMERS,
    Permission.READ_CARDS,
    Permission.EXPORT_LISTS,
)
HISTORY = (Permission.READ_HISTORY,)
MANAGER = (
    *OFFICER,
    *READER,
    *HISTORY,
    Permission.ASSESS_INCIDENTS,
    Permission.CLOSE_INCIDENTS,
    Permission.DECIDE_MANAGEMENT,
    Permission.IMPOSE_RESTRICTIONS,
    Permission.HOLD_REVIEWS,
    Permission.ISSUE_LETTERS,
    Permission.MERGE_CUSTOMERS,
    Permission.ASSIGN_CUSTOMERS,
    Permission.ASSIGN_INCIDENTS,
)
ROLES: dict[str, tuple[Permission, ...]] = {
    "Officer": OFFICER,
    "Manager": MANAGER,
    "Management Team": (*MANAGER, Permission.JUDGE_COMPLAINTS_PROCESS, Permission.RECEIVE_ESCALATIONS),
    "Executive Team": (
        *OFFICER,
        *HISTORY,
        Permission.HEAR_APPEALS,
        Permission.READ_APPEALS,
        Permission.ISSUE_LETTERS,
    ),
    "Named Hearer": (Permission.HEAR_NAMED_APPEALS, Permission.ISSUE_LETTERS),
    "CCSM": MANAGER,
    "Data Protection": (*READER, *HISTORY, Permission.READ_ACCESS_LOG, Permission.READ_WIDER_ACCESS),
    "Administrator": (Permission.ADMINISTER,),
}


def permissions_of_roles(roles: Iterable[str]) -> set[Permission]:
    return {permission for role in roles for permission in ROLES.get(role, ())}


class NeededRole(NamedTuple):
    """A role that somebody at work has at all times: what nobody else could do, and by which roles it can be done."""

    title: str
    does: str
    roles: tuple[str, ...]


NEEDED_ROLES = (
    NeededRole("Administrator", "keep accounts", ("Administrator",)),
    NeededRole("Manager", "decide what follows from an incident", ("Manager", "Management Team", "CCSM")),
    NeededRole("Management Team", "decide about use of the complaints process", ("Management Team",)),
    NeededRole("Executive Team", "hear an appeal", ("Executive Team",)),
    NeededRole("CCSM", "stand for Customer and Corporate Services", ("CCSM",)),
    NeededRole("Data Protection", "answer for the data", ("Data Protection",)),
)


def ensure_roles(apps: Apps = apps, **kwargs: Any) -> None:
    """Make the groups and give each exactly its permissions. Runs after every migration, and after a test's flush.

    `apps` are as far as they were migrated: there may be no groups yet.
    """
    if "group" not in apps.all_models["auth"]:
        return
    by_name = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in PermissionRecord.objects.select_related("content_type")
    }
    for role, names in ROLES.items():
        group, _ = Group.objects.get_or_create(name=role)
        group.permissions.set([by_name[name] for name in names if name in by_name])
