"""A manager decides on active management, and managers impose restrictions."""

from datetime import date

from playwright.sync_api import expect

EASING = "Calm letters for three months. Ask us."


def manager_decides_active_management(manager):
    """What a decision rests on is one page, beside comparable incidents without names."""
    manager.follows("Órla Ní Bhriain")
    manager.follows("Decide on active management")
    manager.sees("1 incident with the same categories", "They were warned, and that is enough: 1")
    manager.does_not_see("Somebody Else")
    manager.unticks("Incidents it rests on", "INC-2027-0002")
    manager.presses("Go on to what is restricted")
    for paragraph in ("9", "10", "13", "18", "20", "22"):
        manager.sees(f"(policy §{paragraph})")
    manager.ticks("Incidents it rests on", "INC-2027-0002")
    manager.types("Effect on staff and on the service", "Two of us dread the phone.")
    manager.chooses("Did they tell us their side?", "They told us")
    manager.types("What they told us, and what you made of it", "You told us that we are slow.")
    manager.chooses("Why restorative work is not enough", "It was tried and did not work")
    manager.ticks("Restorative work that was tried", "Set expectations")
    manager.chooses("Did you check with them what they need, and how they can reach us?", "Yes, with them")
    manager.selects("How their needs were checked", "Phone")
    manager.types("Needs and adjustments: what you considered and found", "None known; we asked.")
    manager.chooses("May a disability explain the behaviour?", "Not known")
    manager.chooses("Is the customer thought vulnerable?", "No")
    manager.chooses(
        "Could we deal with this if we were working normally?",
        "No: it would be too much with nobody away and no backlog",
    )
    manager.ticks("Ourselves", "No training need of ours is part of it")
    manager.presses("Go on to what is restricted")


def manager_closes_the_phone(manager):
    """What is restricted is the next page, and the last shows all of it before it is decided; the letter is begun at once."""
    manager.chooses("Phone", "Close")
    manager.chooses("Online form", "Close")
    manager.types("Why", "You shouted at our colleagues on the phone.")
    manager.types("What would lead us to ease it, and whom to ask", EASING)
    manager.types("Why this is in proportion, and nothing less would do", "A talk did not help.")
    manager.chooses("Will it be explained to the customer?", "Yes, in a letter")
    manager.sees("Phone: closed")
    manager.presses("Go on to check it")
    manager.sees("Nothing is saved yet.", "Phone: closed", "Two of us dread the phone.")
    manager.presses("Decide this, which is final")
    manager.sees(
        "DEC-2027-0001) is recorded, and Phone and online forms closed (RES-2027-0001) imposed",
        "LET-2027-0001",
    )
    manager.follows("Withdraw the draft")
    manager.types("Why", "More is restricted first, and one letter tells of all.")
    manager.presses("Withdraw the letter")


def check_an_open_channel_is_always_left(executive2, customer):
    """With the phone closed already, a contact who can be reached by phone alone would leave none.

    Whom it happened to has not agreed to be named, and is not listed.
    """
    executive2.opens(customer.get_absolute_url())
    executive2.follows("Restrictions and decisions")
    executive2.follows("DEC-2027-0001")
    executive2.follows("One named contact")
    executive2.selects("Named contact", "Tomasz Zielinski")
    executive2.selects("Deputy, while they are away", "Iain Drummond")
    executive2.ticks("How the customer can reach them", "Phone")
    executive2.types("Why", "You rang five of us about one repair.")
    executive2.types("What would lead us to ease it, and whom to ask", EASING)
    executive2.presses("Impose this restriction")
    executive2.sees("Together with what is in force this would leave no way to reach us.")
    executive2.unticks("How the customer can reach them", "Phone")
    executive2.ticks("How the customer can reach them", "Letter", "Email")
    executive2.presses("Impose this restriction")
    executive2.sees("This closes what another restriction left open")
    executive2.ticks("Do you mean to close this?", "Yes, close it")
    executive2.presses("Impose this restriction")
    executive2.sees("RES-2027-0002) is imposed")


def complaints_process_is_for_the_management_team(manager, management):
    """Others find no link to it, and cannot reach it by a request made by hand."""
    limited = "Limited use of the complaints process"
    refused = "Only a Management Team member can restrict use of the complaints process."
    manager.follows("Órla Ní Bhriain")
    manager.follows("Restrictions and decisions")
    manager.follows("DEC-2027-0001")
    decision = manager.page.url
    manager.sees(refused)
    expect(manager.page.get_by_role("link", name=limited)).to_have_count(0)
    manager.opens(f"{decision}restrict/?kind=complaints_process")
    manager.sees(refused, "Policy paragraph 54")
    answer = manager.posts_by_hand(f"{decision}restrict/?kind=complaints_process")
    assert answer.status == 403
    assert refused in answer.text()

    management.opens(decision)
    management.follows(limited)
    management.types("What makes this exceptional", "Nine complaints about one answer.")
    management.types("The earlier complaints it rests on", "Nine, all closed at the last stage.")
    management.types("How a new complaint will be looked at", "We read what you send.")
    management.types("Why", "They keep colleagues from other tenants.")
    management.dates("Last day", date(2027, 6, 30))
    management.types("What would lead us to ease it, and whom to ask", EASING)
    management.presses("Impose this restriction")
    management.sees("RES-2027-0003) is imposed")


def officer_proposes_and_manager_declines(officer, manager, customer):
    officer.looks_up("orla")
    officer.follows(customer.name)
    officer.follows("Propose a restriction")
    officer.follows("Ways of contact closed")
    officer.ticks("Ways of contact that are closed", "Home visit")
    officer.ticks("Ways of contact that stay open", "Letter")
    officer.types("Why", "You shouted.")
    officer.ticks("Incidents it rests on", "INC-2027-0002")
    officer.types("What would lead us to ease it, and whom to ask", EASING)
    officer.presses("Send the proposal to the managers")
    officer.sees("RES-2027-0004) is proposed", "Proposed")
    manager.opens("/")
    manager.follows("Impose or decline a proposal")
    manager.follows("Decline it")
    manager.types("Why", "Nothing happened on a visit.")
    manager.presses("Decline the proposal")
    manager.sees("The proposal is declined")
    officer.follows("My work")
    officer.sees("RES-2027-0004")
