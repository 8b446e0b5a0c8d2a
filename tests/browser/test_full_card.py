"""A customer card with everything on it. Beyond the policy: B1."""

import io
import uuid

import pikepdf
import pytest
from playwright.sync_api import expect

from cha_engagement.customers import actions as customers
from cha_engagement.customers.enums import Channel, Format
from cha_engagement.organisation.calendar import today
from cha_engagement.staff.models import StaffMember
from incidents.enums import Category
from restrictions import actions

from .. import factories

pytestmark = pytest.mark.beyond("B1")

KINDS = [
    "no_recording_pause",
    "withhold_staff_details",
    "block_account",
    "block_email",
    "volume",
    "channel",
    "named_contact",
    "third_party",
    "complaints_process",
    "other",
]
"""More than anybody is under at once: a kind that is new need not fit the sheet beside all of these."""
ADJUSTMENTS = [
    "Read letters out over the phone",
    "Leave ten minutes between two questions",
    "Send the agenda of a meeting a week before",
]


@pytest.fixture
def customer(association):
    """Órla, with every restriction, a threat that no manager has looked at, and many needs."""
    by, manager, management, away = (
        StaffMember.objects.get(username=name) for name in ("officer", "manager", "management", "officer2")
    )
    StaffMember.objects.filter(pk=away.pk).update(away_until=today())
    customer = factories.customer(
        by=by,
        known_as="Orla",
        address="14 Harbour Street\nLochside",
        postcode="G00 1BB",
        phones=["0141 496 0777"],
        tenancy_reference="T-1",
        accessibility_needs="Hard of hearing: speak slowly, and face them.",
        needs={"no_internet": "Her son reads emails to her."},
        preferred_format=Format.LARGE_PRINT,
        preferred_language="Gaelic",
        vulnerability="Lives alone since last winter.",
    )
    factories.customer(by=by, name="Niall Ní Bhriain", household_of=customer)
    for what in ADJUSTMENTS:
        customers.agree_adjustment(customer=customer, by=by, submission=uuid.uuid4(), what=what)
    factories.incident(by=by, customer=customer, categories=[Category.PHYSICAL_THREAT], saw_only=True)
    incident = factories.incident(by=by, customer=customer, saw_only=True)
    decision = factories.decision(by=manager, incidents=[incident])
    factories.interim_measure(by=manager, incidents=[incident], closed=[Channel.HOME_VISIT])
    for code in KINDS:
        facts = {"staff_instruction": "Two of us come to each visit."} if code == "other" else {}
        if code == "named_contact":
            facts = {"named_contact": away, "deputy": by}
        restriction = factories.restriction(
            by=management,
            decision=decision,
            kind=code,
            terms=factories.TERMS_BY_KIND[code],
            ends_on=today().replace(year=today().year + 1, day=1) if code == "complaints_process" else None,
            **facts,
        )
    actions.request_read_receipts(restriction=restriction, by=manager, version=restriction.version)
    return customer


def test_a_full_card_begins_with_what_matters_most_and_repeats_nothing(customer, colleague):
    officer = colleague("officer")
    officer.opens(customer.get_absolute_url())
    officer.sees_in_order(
        "Before anything else",
        "Speak to Iain Drummond (",
        ") before any contact.",
        "For now: Two people at every visit.",
        "Not told yet: call recording goes on when they ask us to pause it; names",
        "What they need",
        "Is not online: Her son reads emails to her.",
        "Cannot use: email, online form.",
        *ADJUSTMENTS,
        "Letters: large print.",
        "Do",
        "Deal with them by letter.",
        "You are their deputy: Tomasz Zielinski is away",
        "Deal with Ann Example",
        "Leave what is blocked unanswered.",
        "Only where a visit cannot be avoided: Two of us come to each visit.",
        "Do not",
        "Deal with them by phone",
        "Always open to them",
        "A manager asks you to confirm that you have read this.",
    )
    expect(officer.page.get_by_text("Leave what is blocked unanswered.")).to_have_count(1)
    expect(officer.page.get_by_text("Not told yet:")).to_have_count(1)
    # Phone and email are closed: the card says nothing of the allowance on them.
    expect(officer.page.get_by_text("Left this week")).to_have_count(0)


def test_a_full_card_prints_on_one_page_and_fits_a_phone(customer, colleague):
    page = colleague("officer").page
    page.goto(f"{customer.get_absolute_url()}card/")
    with pikepdf.open(io.BytesIO(page.pdf(format="A4"))) as paper:
        assert len(paper.pages) == 1
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") == 320
