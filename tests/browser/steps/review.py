"""Restrictions are reviewed, and end."""

import re
from datetime import UTC, datetime

from django.core.management import call_command

CUSTOMER = "/customers/CUS-2027-0001/"


def moment_of(month, day):
    return datetime(2027, month, day, 10, tzinfo=UTC)


def review_falls_due_is_overdue_and_is_escalated(clock, colleague):
    clock.move_to(moment_of(6, 1))
    call_command("daily")
    manager = colleague("manager")
    manager.opens("/")
    manager.sees_in_order("Today", "Hold the review", "REV-2027-0001", "Due today")
    manager.does_not_see("Overdue")
    clock.move_to(moment_of(6, 2))
    manager = colleague("manager")
    manager.opens("/")
    manager.sees_in_order("Today", "Hold the review", "REV-2027-0001", "Overdue")
    management = colleague("management")
    management.opens("/")
    management.does_not_see("REV-2027-0001")
    clock.move_to(moment_of(6, 15))
    call_command("daily")
    management = colleague("management")
    management.opens("/")
    management.sees_in_order("Hold the review", "REV-2027-0001", "Overdue")


def manager_continues_and_lifts(manager, management):
    manager.opens("/")
    manager.does_not_see("REV-2027-0001")
    manager.follows("Everybody’s")
    manager.follows(re.compile("^Take or hand over : Hold the review"))
    manager.selects("Who does it?", "Iain Drummond")
    manager.presses("Save")
    manager.sees("Iain Drummond does it from now on.")
    manager.follows("My work")
    manager.follows("Hold the review")
    manager.sees("This review is overdue.")
    manager.sees("Since 1 March 2027", "APP-2027-0001")
    manager.chooses("Did they tell us their side?", "They told us")
    manager.types("What they told us, and what you made of it", "You told us that letters suit you.")
    manager.types("What you found", "Calm letters, no calls.")
    manager.chooses("What follows?", "Continue as it is")
    manager.types("Reasons", "Three months is a good beginning.")
    manager.presses("Go on to check it")
    manager.sees("Nothing is saved yet.")
    manager.presses("Save the review, which is final")
    manager.sees("REV-2027-0001) is held.", "15 September 2027")
    manager.presses("Write to the customer")
    manager.presses("Save and preview")
    preview = manager.page.url
    manager.presses("Ask for a second reader")
    management.opens("/")
    management.follows("Read a letter before it is issued")
    management.sees("Three months is a good beginning.")
    management.presses("Ready to issue")
    manager.opens(preview)
    manager.presses("Issue the letter")
    manager.sees("The letter is issued.")

    manager.follows("Reviews")
    manager.follows_row("REV-2027-0004")
    manager.follows("Hold the review")
    manager.types("What you found", "They write to the team now.")
    manager.chooses("What follows?", "Lift it")
    manager.types("Reasons", "It has done what it was for.")
    manager.presses("Go on to check it")
    manager.sees("Nothing is saved yet.")
    manager.presses("Save the review, which is final")
    manager.sees("REV-2027-0004) is held.")
    manager.follows("Órla Ní Bhriain")
    manager.sees("Deal with them by phone or")
    manager.does_not_see("Pass everything on to")


def restriction_expires_after_its_last_day(clock, colleague):
    """The daily job ends it: the limit on the complaints process lasted until the end of June."""
    lasting = "Take down what is new and pass it to a manager."
    clock.move_to(moment_of(6, 30))
    call_command("daily")
    officer = colleague("officer")
    officer.opens(CUSTOMER)
    officer.sees(lasting)
    clock.move_to(moment_of(7, 1))
    call_command("daily")
    officer = colleague("officer")
    officer.opens(CUSTOMER)
    officer.does_not_see(lasting)


def manager_varies_and_lifts_the_last(clock, colleague):
    """A new version may be appealed anew. Once it is lifted the card is clear."""
    clock.move_to(moment_of(9, 15))
    manager, officer = colleague("manager"), colleague("officer")
    manager.opens("/")
    manager.follows("Hold the review")
    manager.chooses("Did they tell us their side?", "They were not asked, or have not answered")
    manager.types("Why their side was not heard", "No answer to two letters.")
    manager.types("What you found", "Calm letters for half a year.")
    manager.chooses("What follows?", "Vary it")
    manager.unticks("Ways of contact that are closed", "Online form")
    manager.ticks("Ways of contact that stay open", "Online form")
    manager.types("Reasons", "Forms work well for both of us.")
    manager.presses("Go on to check it")
    manager.sees("Nothing is saved yet.")
    manager.presses("Save the review, which is final")
    manager.sees("REV-2027-0005) is held.", "New version", "RES-2027-0006")
    officer.opens(f"{CUSTOMER}appeal/")
    officer.sees("RES-2027-0006")
    manager.follows("RES-2027-0006")
    manager.follows("Lift it")
    manager.types("Why it ends", "We speak well with each other again.")
    manager.presses("Lift the restriction")
    officer.looks_up("orla")
    officer.does_not_see("Restrictions in force")
    officer.follows("Órla Ní Bhriain")
    officer.sees("No restrictions: deal with this customer as with anybody.")


STORY = [
    "Added as a customer",
    "Incident logged",
    "Restorative work",
    "Incident assessed",
    "Incident closed",
    "Active management decided",
    "Restriction imposed",
    "Restriction proposed",
    "Proposal declined",
    "Letter issued",
    "Letter sent",
    "Appeal received",
    "Appeal acknowledged",
    "Appeal decided",
    "Review held",
    "Restriction expired",
    "Review held",
    "Restriction lifted",
]


def timeline_and_history_show_everything(management):
    """Both are in order, with who and when; history shows earlier answers."""
    management.opens(f"{CUSTOMER}timeline/")
    titles = management.page.locator(".app-timeline__title")
    titles_shown = titles.all_inner_texts()
    management.sees_in_order("Restriction lifted", "15 September 2027", "Iain Drummond")
    while management.page.get_by_role("link", name="Next page").count():
        management.follows("Next page")
        titles_shown += titles.all_inner_texts()
    rest = reversed(titles_shown)
    assert all(title in rest for title in STORY), titles_shown
    management.opens("/incidents/")
    management.follows_row("INC-2027-0002")
    management.follows("History")
    management.sees_in_order("Eilidh Kerr", "Did you warn them?", "Before: Nothing", "After: Not warned")
