"""A threat at a quarter to five on a Friday: beyond the policy, B21."""

from datetime import UTC, datetime

import pytest
import time_machine

from cha_engagement.staff.models import StaffMember
from incidents.enums import Category

from .. import factories

pytestmark = pytest.mark.beyond("B21")

FRIDAY = datetime(2027, 3, 5, 16, 45, tzinfo=UTC)


@pytest.mark.policy("12")
def test_an_interim_measure_is_set_shown_on_the_card_and_explained(association, colleague):
    with time_machine.travel(FRIDAY):
        by = StaffMember.objects.get(username="officer")
        customer = factories.customer(by=by, **factories.HOME)
        incident = factories.incident(by=by, customer=customer, categories=[Category.PHYSICAL_THREAT])
        manager = colleague("manager")
        manager.opens(customer.get_absolute_url())
        manager.follows("Set an interim measure")
        manager.types("What staff do until it is decided", "Two people at every visit.")
        manager.ticks("Ways of contact closed for now", "Phone")
        manager.chooses("Did you check with them how they can reach us?", "No, we could not ask")
        manager.ticks("Does it take any of these away, or limit it?", "None of these")
        manager.types("Why it cannot wait", "Somebody was threatened this afternoon.")
        manager.ticks("Incidents it rests on", str(incident))
        manager.types("How the customer is told, or why not yet", "By text, this afternoon.")
        manager.reaches(manager.page.get_by_role("checkbox", name="A letter follows"))
        manager.keys.press("Space")
        manager.presses("Put it on the card")
        manager.sees("It is on the card until 12 March 2027.")

        manager.opens(f"{customer.get_absolute_url()}card/")
        manager.sees("For now: Two people at every visit.", "Deal with them by phone.")

        manager.opens("/")
        manager.follows("Write the letter about an interim measure")
        manager.presses("Draft the letter about it")
        manager.sees("Say what it means for them", "Say why")
        body = manager.page.get_by_role("textbox", name="Text").input_value()
        for heading in ("What this means for you", "Why"):
            body = body.replace(f"## {heading}\n", f"## {heading}\n\nTwo of us come to each visit.\n")
        manager.pastes("Text", body)
        manager.presses("Save and preview")
        manager.sees(
            "Ready to issue",
            "For now, please do not contact us by phone.",
            "This applies from 5 March 2027 until the end of 12 March 2027.",
            "there is nothing to appeal against yet",
        )
        manager.presses("Issue the letter")
        manager.sees("The letter is issued.")
        manager.follows("Mark as sent")
        manager.chooses("How it was sent", "By post")
        manager.presses("Mark as sent")
        manager.sees("The letter is marked as sent.")
        manager.opens("/")
        manager.does_not_see("Write the letter about an interim measure")
