"""The smallest true records for a test to start from, made by the same verbs as in life wherever there is one."""

import uuid

from django.contrib.auth.models import Group

from cha_engagement import records
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember


def staff(username, *roles, **fields):
    names = {"first_name": username.capitalize(), "last_name": "Example", "email": f"{username}@lochside.example"}
    user = StaffMember(username=username, **names | fields)
    user.set_unusable_password()
    user.save()
    user.groups.set(Group.objects.filter(name__in=roles))
    return user


def customer(*, by, name="Órla Ní Bhriain", **fields):
    return records.create(Customer, by=by, reason="Added", move="add", submission=uuid.uuid4(), name=name, **fields)
