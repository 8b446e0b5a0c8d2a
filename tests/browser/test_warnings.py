"""Every warning to a customer stands in one place wherever a manager decides, with how often warnings helped. Beyond the policy: B12."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cha_engagement.customers.enums import Channel
from cha_engagement.staff.models import StaffMember
from incidents.enums import Warning, YesNo

from .. import factories

pytestmark = pytest.mark.beyond("B12")


@pytest.mark.policy("26", "31")
def test_warnings_stand_beside_each_decision_and_their_effect_on_a_page(association, colleague):
    officer, manager2 = (StaffMember.objects.get(username=name) for name in ("officer", "manager2"))
    customer = factories.customer(by=officer)
    before, since = (timezone.now() - timedelta(days=days) for days in (100, 50))
    warned = factories.incident(by=officer, customer=customer, occurred_at=before, channel=Channel.EMAIL)
    calm = factories.customer(by=officer, name="Calm Since")
    factories.incident(by=officer, customer=calm, occurred_at=before)
    not_warned = {"contact_ended": YesNo.NO, "how_ended": "", "warning": Warning.NOT_GIVEN}
    latest, decided = (
        factories.incident(by=officer, customer=customer, occurred_at=since, **not_warned) for _ in range(2)
    )
    decision = factories.decision(by=manager2, incidents=[decided])
    manager = colleague("manager")
    warning_words = ("Warnings given", warned.reference, ", email")

    manager.opens(latest.get_absolute_url())
    manager.follows("Decide what follows")
    manager.sees(*warning_words)
    manager.opens(customer.get_absolute_url())
    manager.follows("Decide on active management")
    manager.sees(*warning_words)
    manager.opens(decision.get_absolute_url())
    manager.follows("Ways of contact closed")
    manager.sees(*warning_words)
    manager.follows(", email")
    manager.sees("Warned")

    manager.follows("Restrictions")
    manager.follows("Did it help?")
    manager.sees_in_order("Warning given", "2", "1", "50%")
