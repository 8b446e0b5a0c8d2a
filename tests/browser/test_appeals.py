"""Appeals and reviews that something interrupts, by keyboard alone."""

from datetime import timedelta
from uuid import uuid4

import pytest

from cha_engagement.customers.enums import Channel
from cha_engagement.organisation.calendar import today
from cha_engagement.staff.models import StaffMember
from restrictions.enums import RestrictionStatus
from reviews import actions

from .. import factories

pytestmark = pytest.mark.policy("22")


@pytest.fixture
def person(association):
    return lambda username: StaffMember.objects.get(username=username)


@pytest.fixture
def restriction_by(person):
    """`restriction_by(username)` is a restriction that this person imposed."""

    def restriction_by(username, **terms):
        officer = person("officer")
        incident = factories.incident(by=officer, customer=factories.customer(by=officer, **factories.HOME))
        decision = factories.decision(by=person("manager"), incidents=[incident])
        return factories.restriction(by=person(username), decision=decision, **terms)

    return restriction_by


@pytest.fixture
def acknowledge_appeal_against(person):
    """`acknowledge_appeal_against(restriction)` is an appeal against it, acknowledged."""

    def acknowledge_appeal_against(restriction):
        appeal = actions.log_appeal(
            customer=restriction.customer,
            by=person("officer"),
            submission=uuid4(),
            restrictions=[restriction],
            received_on=today(),
            channel=Channel.PHONE,
            lodged_by=restriction.customer.name,
            grounds="Letters are hard for me.",
        )
        return actions.acknowledge_appeal(
            appeal=appeal, by=person("executive"), version=appeal.version, acknowledged_on=today()
        )

    return acknowledge_appeal_against


def test_an_appeal_that_no_executive_can_hear_gets_a_substitute(
    person, restriction_by, acknowledge_appeal_against, colleague
):
    restriction = restriction_by("executive2")
    chair = person("executive")
    chair.away_until = today() + timedelta(days=90)
    chair.save()
    appeal = acknowledge_appeal_against(restriction)
    management = colleague("management")
    management.opens("/")
    management.follows("Name who hears the appeal")
    management.sees("Nobody on the Executive Team is there to hear it.")
    management.presses("Name who hears it")
    management.sees("There is something to put right")
    manager2 = person("manager2")
    management.selects("Who hears it?", str(manager2))
    management.types("Why do they hear it?", "One of us imposed it, and the other is away.")
    management.presses("Name who hears it")
    management.sees("They have been told.", "named as a substitute, for this appeal alone")
    named = colleague("manager2")
    named.opens("/")
    named.follows("Write to the customer that the appeal has reached us")
    named.sees(str(appeal), "Decide it", "What applies meanwhile")


@pytest.mark.beyond("B10")
def test_a_review_opens_from_the_diary_and_is_held(restriction_by, colleague):
    review = restriction_by("manager", easing_conditions="Three calm months.").reviews.get()
    manager = colleague("manager")
    manager.opens("/")
    manager.follows("Reviews")
    manager.follows(review.restriction.title)
    manager.follows("Review pack")
    manager.sees_in_order("What is looked at", "Three calm months.", "Since", "What can follow")
    assert manager.downloads("Save as a PDF").startswith(b"%PDF-")


@pytest.mark.policy("12")
def test_a_suspension_shows_on_the_card_and_is_told_in_a_letter(
    restriction_by, acknowledge_appeal_against, person, colleague
):
    restriction = restriction_by("manager")
    appeal = acknowledge_appeal_against(restriction)
    executive, officer = colleague("executive"), colleague("officer")
    card = f"{restriction.customer.get_absolute_url()}card/"
    officer.opens(card)
    officer.sees("Deal with them by phone.")
    executive.opens(appeal.get_absolute_url())
    write(executive)
    executive.opens(appeal.get_absolute_url())
    executive.follows("What applies meanwhile")
    executive.ticks("Which do not apply while you hear it?", restriction.title)
    executive.presses("Save what applies meanwhile")
    executive.sees("The card says so already.", "It does not apply while the appeal is heard.")
    officer.opens(card)
    officer.does_not_see("Deal with them by phone.")
    executive.opens("/")
    executive.follows("Write to the customer about what applies meanwhile")
    write(executive, "does not apply while your appeal is being heard. You can contact us by phone again.")


def write(executive, *says):
    executive.presses("Write to the customer")
    executive.presses("Save and preview")
    executive.sees("Ready to issue", *says)
    executive.presses("Issue the letter")
    executive.follows("Mark as sent")
    executive.chooses("How it was sent", "By post")
    executive.presses("Mark as sent")
    executive.sees("The letter is marked as sent.")


def test_withdrawing_an_appeal_restores_the_suspended_restriction(
    restriction_by, acknowledge_appeal_against, person, colleague
):
    restriction = restriction_by("manager")
    appeal = acknowledge_appeal_against(restriction)
    actions.suspend_restrictions(
        appeal=appeal, by=person("executive"), version=appeal.version, restrictions=[restriction]
    )
    executive = colleague("executive")
    executive.opens("/")
    executive.follows("Appeals")
    executive.follows(restriction.title)
    executive.follows("Record that it is withdrawn")
    executive.presses("Record that it is withdrawn")
    executive.sees("There is something to put right")
    executive.types("Who said that they take it back?", "Órla herself, on the phone")
    executive.presses("Record that it is withdrawn")
    executive.sees("is withdrawn. What was suspended for it applies again", "Órla herself, on the phone")
    restriction.refresh_from_db()
    assert restriction.status == RestrictionStatus.IMPOSED


def test_a_later_submission_goes_to_those_who_hear_the_appeal(
    restriction_by, acknowledge_appeal_against, colleague
):
    appeal = acknowledge_appeal_against(restriction_by("manager"))
    officer = colleague("officer")
    officer.opens(appeal.customer.get_absolute_url())
    officer.follows("Log an appeal")
    officer.sees("is under appeal already")
    officer.selects("How it came", "Phone")
    officer.selects("Where does it go?", f"To the appeal under way, {appeal}")
    officer.types("What they say, in their words", "My doctor has written too.")
    officer.presses("Log the appeal")
    officer.sees(f"Those who hear {appeal} have been told of this")
    executive = colleague("executive")
    executive.opens("/")
    executive.follows(f"The customer has added something to {appeal}")
    executive.sees_in_order("Letters are hard for me.", "My doctor has written too.")
