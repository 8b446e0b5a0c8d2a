"""What a reviewer weighs, as a page and on paper. Policy §10, 23; beyond the policy: B8, B10."""

import io

import page
import pikepdf
import pytest
from django.utils import timezone

from restrictions import actions as restrictions
from restrictions.breaches.actions import confirm_breach
from reviews.models import Review

from .. import factories
from ..letters.test_pdf import words

pytestmark = [pytest.mark.django_db, pytest.mark.beyond("B10"), pytest.mark.policy("23")]


@pytest.fixture
def limited(manager, decision):
    """One call a day is allowed; the customer has been told."""
    most = {"contacts": 1, "minutes": None, "every": "day"}
    terms = {"limited": ["phone"], "most": most, "days": [], "hours": []}
    restriction = factories.restriction(by=manager, decision=decision, kind="volume", terms=terms)
    return restrictions.notify_customer(restriction=restriction, on=restriction.starts_on, by=manager)


@pytest.fixture
def above(officer, customer, limited):
    """The second and the third call of the day: the third is not answered yet."""
    _, second, third = (factories.contact(by=officer, customer=customer) for _ in range(3))
    confirm_breach(breach=second.breaches.get(), by=officer)
    return third.breaches.get()


@pytest.fixture
def pack(limited):
    return f"{limited.reviews.get().get_absolute_url()}pack/"


def test_the_pack_holds_what_a_review_weighs(signed_in, manager, limited, above, pack):
    shown = signed_in(manager).get(pack).content.decode()
    for said in (
        limited.title,
        limited.staff_instruction,
        limited.easing_conditions,
        "Phone: 3 contacts",
        "Kept to what is allowed in 0 of 1 day",
        "3 contacts (1 allowed)",
        "It was contact number 2 that day",
        "Restorative work",
        "Adjustments in force",
        "Continue as it is",
        "Vary it",
        "Lift it",
    ):
        assert said in shown


def test_what_there_was_none_of_is_named_together_at_the_end(
    signed_in, officer, customer, manager, limited, above, pack
):
    factories.incident(by=officer, customer=customer, occurred_at=timezone.now())
    shown = signed_in(manager).get(pack).content.decode()
    there_was, none = shown.split("None of these")
    assert ">Incidents<" in there_was
    assert ">Appeals<" in none
    assert ">Incidents<" not in none


@pytest.mark.beyond("B8")
@pytest.mark.policy("10")
@pytest.mark.parametrize("where", ["", "pack/", "hold/"])
def test_a_contact_of_which_nobody_has_said_whether_it_was_against_it_is_shown_apart(
    signed_in, manager, limited, above, where
):
    shown = signed_in(manager).get(f"{limited.reviews.get().get_absolute_url()}{where}").content.decode()
    _, confirmed = shown.split(">Contacts against it<")
    confirmed, unanswered = confirmed.split("nobody has said yet<")
    assert "contact number 2" in confirmed
    assert above.why in unanswered
    assert above.why not in confirmed


@pytest.mark.beyond("B8")
def test_it_says_who_can_answer_and_a_reviewer_can_from_there(signed_in, manager, officer, above, pack):
    client = signed_in(manager)
    page_of_contact = above.contact.get_absolute_url()
    shown = client.get(pack).content.decode()
    assert f"{officer} or a manager can say" in shown
    assert f'href="{page_of_contact}"' in shown
    assert f"/breaches/{above}/dismiss/" in client.get(page_of_contact).content.decode()
    officer.is_active = False
    officer.save()
    assert "A manager can say" in client.get(pack).content.decode()


def test_what_the_reader_may_not_see_is_not_in_it(
    signed_in, executive, officer, manager, customer, restriction, log
):
    """An executive reads what is under appeal, and no other incident of the customer."""
    log(restriction)
    other = factories.incident(by=officer, customer=customer, occurred_at=timezone.now())
    url = f"{restriction.reviews.get().get_absolute_url()}pack/"
    assert other.reference in signed_in(manager).get(url).content.decode()
    assert other.reference not in signed_in(executive).get(url).content.decode()


def test_the_pdf_says_the_same_is_tagged_and_has_no_links(signed_in, manager, limited, above, pack):
    answer = signed_in(manager).get(pack.removesuffix("/") + ".pdf")
    content = b"".join(answer.streaming_content)
    for said in (limited.title, "Phone: 3 contacts", above.why, str(above.contact), "Page 1 of"):
        assert said.replace(" ", "") in words(content)
    with pikepdf.open(io.BytesIO(content)) as document:
        assert not [one for leaf in document.pages for one in leaf.get("/Annots", [])]
    report = page.validate_pdf_bytes(content, profile=page.ValidationProfile.PDF_UA_1)
    assert [failure.message for failure in report.failures] == []


def test_the_diary_and_the_page_of_the_review_lead_to_it_until_it_is_held(signed_in, manager, limited, pack):
    client = signed_in(manager)
    for url in ("/reviews/", limited.reviews.get().get_absolute_url()):
        assert pack in client.get(url).content.decode()
    restrictions.lift_restriction(restriction=limited, by=manager, status_reason="Calm.")
    assert pack not in client.get(Review.objects.get().get_absolute_url()).content.decode()
    assert client.get(pack).status_code == 404
