"""The decision letter: drafted, checked, issued, sent."""

import hashlib

from tests.letters.test_pdf import pdf_words

APPEAL = "[how to appeal]"
MISSING = f"Say how to appeal: put {APPEAL} in the text."


def draft_letter_and_see_what_is_missing(manager, management):
    """One letter tells of all, so the Management Team writes it. Without one part it cannot be issued, nor by hand."""
    manager.follows("Órla Ní Bhriain")
    manager.sees("Begins once they are told")
    manager.follows("Restrictions and decisions")
    manager.follows("DEC-2027-0001")
    manager.sees("Only a Management Team member can restrict use of the complaints process.")
    manager.does_not_see("Draft the decision letter")
    management.presses("Draft the decision letter")
    management.sees("Nothing is missing")
    whole = management.page.get_by_role("textbox", name="Text").input_value()
    management.pastes("Text", whole.replace(APPEAL, ""))
    management.presses("Save and preview")
    management.sees("It cannot be issued yet", MISSING)
    management.does_not_see("Issue the letter")
    management.follows("Edit the draft")
    version = management.page.locator("[name=version]").first.input_value()
    answer = management.posts_by_hand(f"{management.page.url}issue/", version=version)
    assert answer.status == 422
    assert MISSING in answer.text()
    management.pastes("Text", whole.replace(APPEAL, f"Please read this part.\n\n{APPEAL}"))
    management.presses("Save and preview")
    management.sees("A second person reads it first", "So a second person reads what staff wrote: “")


def have_own_words_read_by_somebody_else(manager, management):
    """Nobody reads what they wrote themselves."""
    management.does_not_see("Issue the letter")
    management.presses("Ask for a second reader")
    manager.opens("/letters/LET-2027-0002/read/")
    manager.sees("Read it as its reader will", "Please read this part.")
    manager.presses("Ready to issue")
    management.opens("/letters/LET-2027-0002/preview/")
    management.sees("Read by a second person", "Please read this part.")


def issue_letter_as_pdf(management):
    management.presses("Issue the letter")
    management.sees("The letter is issued.", "LET-2027-0002")
    pdf = management.downloads("PDF")
    management.sees(hashlib.sha256(pdf).hexdigest())
    text_of_pdf = pdf_words(pdf)
    for text in (
        "LET-2027-0002",
        "For now, please do not contact us by phone",
        "Tomasz Zielinski will look after everything that you bring to us",
        "from the day on which you receive this letter",
        "3 months after it begins",
        "Please read this part.",
        "Scottish Public Services Ombudsman",
        "0800 496 0001",
    ):
        assert "".join(text.split()) in text_of_pdf


def send_letter_so_that_customer_is_told(management):
    management.follows("Mark as sent")
    management.chooses("How it was sent", "By email")
    management.presses("Mark as sent")
    management.sees("The letter is marked as sent.", "1 March 2027, by email")
    management.follows("Órla Ní Bhriain")
    management.does_not_see("Begins once they are told")
