"""The customer appeals, and the Executive Team decides."""

PHONE, CONTACT = "Phone and online forms closed", "One named contact"


def officer_logs_it_against_both(officer):
    officer.looks_up("orla")
    officer.follows("Órla Ní Bhriain")
    officer.follows("Log an appeal")
    officer.selects("How it came", "Phone")
    officer.ticks("Which restrictions is it against?", PHONE, CONTACT)
    officer.types("What they say, in their words", "I was upset about the heating.")
    officer.presses("Log the appeal")
    officer.sees("APP-2027-0001) is logged")


def people_with_a_part_do_not_hear_it(executive2, manager):
    """The page says why, and so does the answer to a request made by hand."""
    executive2.follows("Appeals")
    executive2.follows_row("APP-2027-0001")
    executive2.sees("You proposed and imposed RES-2027-0002, so somebody else hears this appeal.")
    decide = f"{executive2.page.url}decide/"
    for person, part in ((executive2, "imposed RES-2027-0002"), (manager, "imposed RES-2027-0001")):
        answer = person.posts_by_hand(decide)
        assert answer.status == 403
        assert part in answer.text()
        person.opens(decide)
        person.sees(part, "so somebody else hears this appeal.", "Policy paragraph 22")


def executive_acknowledges_and_decides(executive):
    executive.opens("/")
    executive.follows("Acknowledge the appeal")
    executive.presses("Acknowledge the appeal")
    executive.sees("APP-2027-0001) is acknowledged")
    executive.sees("Write to the customer", "What applies meanwhile", "Record that it is withdrawn")
    executive.follows("Decide it")
    phone, contact = executive.answering(PHONE), executive.answering(CONTACT)
    phone.chooses("Outcome", "Not upheld: it stays as it is")
    phone.types("Reasons", "Letters are answered within a day.")
    contact.chooses("Outcome", "Partly upheld: it is eased")
    contact.types("Reasons", "You need more ways to reach them.")
    contact.unticks("How the customer can reach them", "Letter")
    executive.presses("Go on to check it")
    executive.sees("This would close more than before: Letter. (policy §22)")
    contact.ticks("How the customer can reach them", "Letter")
    contact.ticks("How the customer can reach them", "Text or messaging")
    executive.presses("Go on to check it")
    executive.sees("Nothing is saved yet.", "You need more ways to reach them.")
    executive.presses("Decide the appeal, which is final")
    executive.sees(
        "APP-2027-0001) is decided",
        "Not upheld",
        "Partly upheld",
        "New version: One named contact (RES-2027-0005)",
    )


def customer_is_written_to_and_can_go_to_the_ombudsman(executive, officer):
    executive.presses("Write to the customer")
    executive.presses("Save and preview")
    executive.sees("Scottish Public Services Ombudsman")
    executive.presses("Issue the letter")
    executive.follows("Mark as sent")
    executive.chooses("How it was sent", "By post")
    executive.presses("Mark as sent")
    executive.sees("The letter is marked as sent.")
    officer.follows("My work")
    officer.sees("APP-2027-0001 about Órla Ní Bhriain has been decided.")
    officer.looks_up("orla")
    officer.follows("Órla Ní Bhriain")
    officer.follows("Log an appeal")
    officer.sees(
        "A panel has decided on RES-2027-0005 already.",
        "can take it to the Scottish Public Services Ombudsman",
    )
