import pytest
from django.contrib.auth.models import Group, Permission

from cha_engagement.staff.roles import ROLES, ensure_roles

from .. import factories

pytestmark = pytest.mark.django_db


def named(permissions):
    return {f"{permission.content_type.app_label}.{permission.codename}" for permission in permissions}


def test_every_permission_that_a_role_names_exists():
    exist = named(Permission.objects.select_related("content_type"))
    assert {name for names in ROLES.values() for name in names} - exist == set()


def test_the_roles_are_those_of_the_association_and_no_others():
    assert set(Group.objects.values_list("name", flat=True)) == {
        "Officer",
        "Manager",
        "Management Team",
        "Executive Team",
        "CCSM",
        "Data Protection",
        "Administrator",
    }


OFFICER = {
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
}
READER = {
    "customers.view_customer",
    "customers.view_card",
    "lists.export",
    "incidents.view_incident",
    "restrictions.view_restriction",
    "restrictions.view_managementdecision",
    "reviews.view_review",
    "reviews.view_appeal",
    "letters.view_letter",
    "evidence.view_evidence",
    "staff.view_history",
}
MANAGER = (
    OFFICER
    | READER
    | {
        "customers.merge_customer",
        "customers.assign_customer",
        "incidents.assign_incident",
        "incidents.assess_incident",
        "incidents.close_incident",
        "restrictions.decide_management",
        "restrictions.impose_restriction",
        "reviews.hold_review",
        "letters.issue_letter",
    }
)


@pytest.mark.policy("22", "54", "65")
@pytest.mark.parametrize(
    ("role", "permissions"),
    [
        ("Officer", OFFICER),
        ("Manager", MANAGER),
        (
            "Management Team",
            MANAGER | {"restrictions.restrict_complaints_process", "reviews.receive_escalations"},
        ),
        (
            "Executive Team",
            OFFICER
            | {"staff.view_history", "reviews.hear_appeal", "reviews.view_appeal", "letters.issue_letter"},
        ),
        ("CCSM", MANAGER),
        ("Data Protection", READER | {"lists.view_export", "staff.view_wideraccess"}),
        ("Administrator", {"organisation.administer"}),
    ],
)
def test_a_role_gives_exactly_its_permissions(role, permissions):
    assert factories.staff("somebody", role).get_all_permissions() == permissions


def test_two_roles_give_what_either_gives():
    both = factories.staff("both", "Officer", "Data Protection")
    assert both.get_all_permissions() == OFFICER | READER | {"lists.view_export", "staff.view_wideraccess"}


def test_what_was_given_to_a_role_by_hand_goes_with_the_next_migration():
    officers = Group.objects.get(name="Officer")
    officers.permissions.add(Permission.objects.get(codename="assess_incident"))
    ensure_roles()
    assert named(officers.permissions.all()) == OFFICER


def test_a_permission_given_to_one_person_by_hand_gives_nothing():
    somebody = factories.staff("somebody", "Officer")
    somebody.user_permissions.add(Permission.objects.get(codename="assess_incident"))
    assert somebody.get_all_permissions() == OFFICER
