"""A reviewer weighs developments on a page and on paper. Policy §10, 23; beyond the policy: B8, B10."""

import io

import page
import pikepdf
import pytest
from django.utils import timezone

from restrictions import actions as restrictions
from restrictions.breaches.actions import confirm_breach
from reviews.models import Review
from tests.letters.test_pdf import pdf_words

from .. import factories

pytestmark = [pytest.mark.django_db, pytest.mark.beyond("B10"), pytest.mark.policy("23")]


@pytest.fixture
def limiting_restriction(manager, decision):
    """One call a day is allowed; the customer has been told."""
    most = {"contacts": 1, "minutes": None, "every": "day"}
    terms = {"limited": ["phone"], "most": most, "days": [], "hours": []}
    restriction = factories.restriction(by=manager, decision=decision, kind="volume", terms=terms)
    return restrictions.notify_customer(restriction=restriction, on=restriction.starts_on, by=manager)


@pytest.fixture
def unanswered_breach(officer, customer, limiting_restriction):
    """A third call of the day of which nobody has said yet whether it was against the restriction. The second was."""
    _, second, third = (factories.contact(by=officer, customer=customer) for _ in range(3))
    confirm_breach(breach=second.breaches.get(), by=officer)
    return third.breaches.get()


@pytest.fixture
def pack_url(limiting_restriction):
    return f"{limiting_restriction.reviews.get().get_absolute_url()}pack/"


def test_the_pack_shows_everything_that_a_review_weighs(
    signed_in, manager, limiting_restriction, unanswered_breach, pack_url
):
    page_text = signed_in(manager).get(pack_url).content.decode()
    for expected_text in (
        limiting_restriction.title,
        limiting_restriction.staff_instruction,
        limiting_restriction.easing_conditions,
        "Phone: 3 contacts",
        "Kept to what is allowed in 0 of 1 day",
        "3 contacts (1 allowed)",
        "It was contact number 2 that day",
        "restorative work",
        "adjustments in force",
        "Continue as it is",
        "Vary it",
        "Lift it",
    ):
        assert expected_text in page_text


def test_the_pack_names_groups_without_developments_at_the_end(
    signed_in, officer, customer, manager, limiting_restriction, unanswered_breach, pack_url
):
    factories.incident(by=officer, customer=customer, occurred_at=timezone.now())
    page_text = signed_in(manager).get(pack_url).content.decode()
    groups, empty_groups = page_text.split("None of these")
    assert ">Incidents<" in groups
    sentence = empty_groups.partition("</p>")[0]
    assert "; appeals" in sentence
    assert "ncidents" not in sentence


@pytest.mark.beyond("B8")
@pytest.mark.policy("10")
@pytest.mark.parametrize("suffix", ["", "pack/", "hold/"])
def test_contacts_not_yet_answered_for_are_shown_apart_from_confirmed_breaches(
    signed_in, manager, limiting_restriction, unanswered_breach, suffix
):
    page_text = (
        signed_in(manager)
        .get(f"{limiting_restriction.reviews.get().get_absolute_url()}{suffix}")
        .content.decode()
    )
    _, confirmed = page_text.split(">Contacts against it<")
    confirmed, unanswered = confirmed.split("nobody has said yet<")
    assert "contact number 2" in confirmed
    assert unanswered_breach.why in unanswered
    assert unanswered_breach.why not in confirmed


@pytest.mark.beyond("B8")
def test_the_pack_says_who_can_answer_for_a_contact_and_links_to_it(
    signed_in, manager, officer, unanswered_breach, pack_url
):
    client = signed_in(manager)
    page_of_contact = unanswered_breach.contact.get_absolute_url()
    page_text = client.get(pack_url).content.decode()
    assert f"{officer} or a manager can say" in page_text
    assert f'href="{page_of_contact}"' in page_text
    assert f"/breaches/{unanswered_breach}/dismiss/" in client.get(page_of_contact).content.decode()
    officer.is_active = False
    officer.save()
    assert "A manager can say" in client.get(pack_url).content.decode()


def test_the_pack_leaves_out_what_its_reader_may_not_see(
    signed_in, executive, officer, manager, customer, restriction, log_appeal
):
    """An executive reads what is under appeal, and no other incident of the customer."""
    log_appeal(restriction)
    other = factories.incident(by=officer, customer=customer, occurred_at=timezone.now())
    url = f"{restriction.reviews.get().get_absolute_url()}pack/"
    assert other.reference in signed_in(manager).get(url).content.decode()
    assert other.reference not in signed_in(executive).get(url).content.decode()


def test_the_pack_as_a_pdf_says_the_same_is_tagged_and_has_no_links(
    signed_in, manager, limiting_restriction, unanswered_breach, pack_url
):
    response = signed_in(manager).get(pack_url.removesuffix("/") + ".pdf")
    content = b"".join(response.streaming_content)
    for expected_text in (
        limiting_restriction.title,
        "Phone: 3 contacts",
        unanswered_breach.why,
        str(unanswered_breach.contact),
        "Page 1 of",
    ):
        assert expected_text.replace(" ", "") in pdf_words(content)
    with pikepdf.open(io.BytesIO(content)) as document:
        assert not [annotation for pdf_page in document.pages for annotation in pdf_page.get("/Annots", [])]
    report = page.validate_pdf_bytes(content, profile=page.ValidationProfile.PDF_UA_1)
    assert [failure.message for failure in report.failures] == []


def test_the_review_links_to_the_pack_until_it_is_held(signed_in, manager, limiting_restriction, pack_url):
    client = signed_in(manager)
    assert pack_url in client.get(limiting_restriction.reviews.get().get_absolute_url()).content.decode()
    restrictions.lift_restriction(restriction=limiting_restriction, by=manager, status_reason="Calm.")
    assert pack_url not in client.get(Review.objects.get().get_absolute_url()).content.decode()
    assert client.get(pack_url).status_code == 404
