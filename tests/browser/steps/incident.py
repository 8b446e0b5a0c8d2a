"""An incident is logged, and a manager decides what follows."""

from datetime import date, timedelta

from django.utils import timezone
from playwright.sync_api import expect

from cha_engagement.staff.checks import DEMO_PASSWORD
from cha_engagement.staff.models import StaffMember

FACTS = "Shouted and swore about a repair."


def officer_signs_in(officer):
    officer.opens("/")
    officer.types("Username", "officer")
    officer.types("Password", DEMO_PASSWORD)
    officer.presses("Sign in")
    officer.sees("My work", "Nothing waits for you")


def officer_looks_the_customer_up(officer, customer):
    for typed in ("01414 960777", "orla"):
        officer.looks_up(typed)
        officer.sees("1 customer found")
    officer.follows(customer.name)
    officer.sees("No restrictions: deal with this customer as with anybody.")


def officer_logs_an_abusive_phone_call(officer):
    """Errors get a sentence, and typed answers stay; answers that can wait are still needed."""
    officer.follows("Log an incident")
    officer.dates("When it happened", timezone.localtime() + timedelta(days=1))
    officer.types("What happened", FACTS)
    officer.chooses("Was anybody threatened, hurt or abused?", "Yes")
    officer.opens_fold("Say more now")
    officer.ticks("What kind of thing was it?", "Abuse")
    officer.chooses("Who it was aimed at", "Our staff")
    officer.chooses("Did you end the contact?", "Yes")
    officer.chooses("How you ended it", "Ended the call")
    officer.presses("Save and send to a manager")
    officer.sees("must be in the past.", "“How they were in contact” needs an answer.")
    expect(officer.page.get_by_role("textbox", name="What happened", exact=True)).to_have_value(FACTS)
    expect(officer.page.get_by_role("radio", name="Ended the call")).to_be_checked()
    officer.dates("When it happened", timezone.localtime() - timedelta(minutes=20))
    officer.selects("How they were in contact", "Phone")
    officer.presses("Save and send to a manager")
    officer.sees("INC-2027-0002) is logged", "Are you all right?")
    officer.follows("Leave it for later")
    officer.sees("Still needed", "Say whether they were warned")
    officer.follows("My work")
    officer.sees("Add what your report of an incident still needs")


def incident_comes_to_manager_or_deputy(manager, deputy):
    manager.opens("/")
    manager.sees_in_order("Now", "Decide what follows", "INC-2027-0002", "At once")
    set_manager_away_until(date(2027, 3, 5))
    deputy.opens("/")
    deputy.sees("Talk with a colleague after what happened", "INC-2027-0002")
    set_manager_away_until(None)


def set_manager_away_until(day):
    StaffMember.objects.filter(username="manager").update(away_until=day)


def manager_talks_restores_and_assesses(manager):
    manager.follows("Talk with a colleague after what happened")
    manager.opens_fold("I have talked with Eilidh")
    manager.presses("Record the talk")
    manager.sees("talked with Eilidh Kerr")
    manager.follows("Record restorative work")
    manager.chooses("What you did", "Set expectations")
    manager.types("What was done", "Wrote down what they can expect of us, and we of them.")
    manager.chooses("How it went", "Not restored")
    manager.presses("Save this step")
    manager.sees("The step is recorded")
    manager.follows("Decide what follows")
    manager.chooses("What follows?", "Manage engagement actively")
    manager.types("Why", "It is the third call of this kind in a week.")
    manager.presses("Go on to check it")
    manager.sees(
        "Nothing is saved yet.", "Told at once what follows, and not why: Eilidh Kerr, who reported it."
    )
    manager.presses("Save what follows")
    manager.sees(
        "INC-2027-0002): manage engagement actively. Those who reported it", "Decide on active management"
    )


def officer_hears_of_it_and_adds_what_is_still_needed(officer, manager):
    """An incident cannot be closed while it is not known whether there was a warning."""
    manager.follows("Incidents")
    manager.follows_row("INC-2027-0002")
    manager.sees("Say whether they were warned before the contact was ended. Policy paragraph 26")
    manager.does_not_see("Close the incident")
    officer.follows("My work")
    officer.follows("has decided what follows from the incident with")
    officer.sees("Manage engagement actively")
    officer.follows("Change or add to it")
    officer.chooses("Did you warn them?", "Not warned")
    officer.chooses("Why not", "For my own wellbeing")
    officer.chooses("Call recording", "Recording had not been paused")
    officer.types("What was done", "Ended the call and told my manager.")
    officer.types("What could not be done, or was left", "The repair is still to be booked.")
    officer.presses("Save the changes")
    officer.does_not_see("Still needed")
    manager.follows("Incidents")
    manager.follows_row("INC-2027-0002")
    manager.follows("Close the incident")
    manager.presses("Close the incident")
    manager.sees("INC-2027-0002) is closed")
