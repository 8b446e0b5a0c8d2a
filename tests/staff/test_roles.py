import pytest
from django.contrib.auth.models import Group, Permission

from cha_engagement.staff.roles import ROLES, ensure_roles

from .. import factories
from ..role_matrix import PERMISSIONS, PERMISSIONS_OF_ROLE

pytestmark = pytest.mark.django_db


def permission_names(permissions):
    return {f"{permission.content_type.app_label}.{permission.codename}" for permission in permissions}


def test_the_roles_are_those_of_the_matrix_and_no_others():
    assert set(Group.objects.values_list("name", flat=True)) == ROLES.keys()
    differing = ROLES.keys() ^ PERMISSIONS_OF_ROLE.keys()
    assert differing == set(), (
        "Give each a line of ROLES in staff/roles.py, and one of MATRIX in tests/role_matrix.py."
    )


def test_the_matrix_names_no_permission_that_no_role_gives():
    assert set().union(*PERMISSIONS_OF_ROLE.values()) == PERMISSIONS


@pytest.mark.policy("22", "54", "65")
@pytest.mark.parametrize("role", PERMISSIONS_OF_ROLE)
def test_a_role_gives_exactly_its_permissions(role):
    assert set(ROLES[role]) == PERMISSIONS_OF_ROLE[role]
    assert factories.staff("somebody", role).get_all_permissions() == PERMISSIONS_OF_ROLE[role]


def test_two_roles_give_what_either_gives():
    both = factories.staff("both", "Officer", "Data Protection")
    permissions_of_both = PERMISSIONS_OF_ROLE["Officer"] | PERMISSIONS_OF_ROLE["Data Protection"]
    assert both.get_all_permissions() == permissions_of_both


def test_what_was_given_to_a_role_by_hand_goes_with_the_next_migration():
    officers = Group.objects.get(name="Officer")
    officers.permissions.add(Permission.objects.get(codename="assess_incident"))
    ensure_roles()
    assert permission_names(officers.permissions.all()) == PERMISSIONS_OF_ROLE["Officer"]


def test_a_permission_given_to_one_person_by_hand_gives_nothing():
    somebody = factories.staff("somebody", "Officer")
    somebody.user_permissions.add(Permission.objects.get(codename="assess_incident"))
    assert somebody.get_all_permissions() == PERMISSIONS_OF_ROLE["Officer"]
