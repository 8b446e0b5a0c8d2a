"""The decision letter: drafted, checked, issued, sent."""

import hashlib

from ...letters.test_pdf import words

APPEAL = "[how to appeal]"
MISSING = f"Say how to appeal: put {APPEAL} in the text."


def it_is_drafted_and_what_is_missing_is_named(manager):
    """It comes with all that must be said. Without one part it cannot be issued, by a hand-made request neither."""
    manager.follows("Órla Ní Bhriain")
    manager.sees("Not told yet")
    manager.follows("DEC-2027-0001")
    manager.presses("Draft the decision letter")
    manager.sees("Nothing is missing")
    whole = manager.page.get_by_role("textbox", name="Text").input_value()
    manager.pastes("Text", whole.replace(APPEAL, ""))
    manager.presses("Save and preview")
    manager.sees("It cannot be issued yet", MISSING)
    manager.does_not_see("Issue the letter")
    manager.follows("Edit the draft")
    version = manager.page.locator("[name=version]").first.input_value()
    answer = manager.posts_by_hand(f"{manager.page.url}issue/", version=version)
    assert answer.status == 422
    assert MISSING in answer.text()
    manager.pastes("Text", whole.replace(APPEAL, f"Please read this part.\n\n{APPEAL}"))
    manager.presses("Save and preview")
    manager.sees("Ready to issue", "Please read this part.")


def it_is_issued_as_a_pdf(manager):
    manager.presses("Issue the letter")
    manager.sees("The letter is issued.", "LET-2027-0001")
    pdf = manager.downloads("Download the PDF")
    manager.sees(hashlib.sha256(pdf).hexdigest())
    said = words(pdf)
    for text in (
        "LET-2027-0001",
        "Please do not contact us by phone.",
        "Eilidh Kerr will deal with everything",
        "1 June 2027",
        "Please read this part.",
        "Scottish Public Services Ombudsman",
        "0800 496 0001",
    ):
        assert "".join(text.split()) in said


def once_it_is_sent_the_customer_is_told(manager):
    manager.follows("Mark as sent")
    manager.chooses("How it was sent", "By post")
    manager.presses("Mark as sent")
    manager.sees("The letter is marked as sent.", "1 March 2027, by post")
    manager.follows("Órla Ní Bhriain")
    manager.does_not_see("Not told yet")
