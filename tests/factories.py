"""The smallest true records for a test to start from, made by the same verbs as in life wherever there is one."""

import uuid
from datetime import timedelta

from django.contrib.auth.models import Group
from django.utils import timezone

from cha_engagement.customers import workflow as customers
from cha_engagement.staff.models import StaffMember
from incidents import workflow as incidents


def staff(username, *roles, **fields):
    names = {"first_name": username.capitalize(), "last_name": "Example", "email": f"{username}@lochside.example"}
    user = StaffMember(username=username, **names | fields)
    user.set_unusable_password()
    user.save()
    user.groups.set(Group.objects.filter(name__in=roles))
    return user


def customer(*, by, name="Órla Ní Bhriain", **fields):
    return customers.add(by=by, submission=uuid.uuid4(), name=name, **fields)


def facts(**changes):
    """What an officer types about an abusive phone call of which nothing is still needed."""
    complete = {
        "occurred_at": timezone.now() - timedelta(hours=1),
        "channel": "phone",
        "categories": ["abuse"],
        "facts": "Shouted and swore about a repair.",
        "aimed_at": "staff",
        "contact_ended": "yes",
        "how_ended": "ended_call",
        "warning": "given",
        "recording_warning": "not_paused",
        "action_taken": "Ended the call.",
        "action_not_taken": "Nothing.",
    }
    return complete | changes


def incident(*, by, customer, **changes):
    return incidents.log(by=by, submission=uuid.uuid4(), customer=customer, **facts(**changes))
