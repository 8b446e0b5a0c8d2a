"""The customer card, for whoever picks up the phone."""

import io

import pikepdf


def officer_sees_how_to_deal_with_the_customer(officer):
    officer.looks_up("bhriain")
    officer.sees("through Tomasz Zielinski")
    officer.follows("Órla Ní Bhriain")
    officer.sees(
        "Take what they bring by letter or by email, and pass it on.",
        "Pass everything on to Tomasz Zielinski, Repairs Officer",
        "Take down what is new and pass it to a manager.",
        "Always open to them",
        "Emergency repairs on 0800 496 0001.",
    )


def print_card_on_a_page_and_fit_a_phone(officer):
    officer.follows("Print the card")
    officer.sees("Take what they bring by letter or by email, and pass it on.")
    with pikepdf.open(io.BytesIO(officer.page.pdf(format="A4"))) as paper:
        assert len(paper.pages) == 1
    officer.page.set_viewport_size({"width": 320, "height": 640})
    assert officer.page.evaluate("document.documentElement.scrollWidth") == 320
    officer.page.set_viewport_size({"width": 1280, "height": 720})
