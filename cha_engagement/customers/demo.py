from datetime import timedelta
from typing import Any

from cha_engagement import hub
from cha_engagement.organisation.models import AdviceOrganisation
from cha_engagement.staff.models import StaffMember

from . import workflow
from .enums import Relationship
from .models import Customer

TENANTS = (
    "Órla Ní Bhriain", "Hamish MacDonald", "Agnieszka Wójcik", "Mary O'Neill", "Jean-Luc Moreau", "Siân Pugh",
    "Farida Haidari", "Duncan McAllister", "Chloe Smith-Jones", "Zoë Fraser", "Kwame Boateng", "Isla Rennie",
    "Günther Adler", "Niamh Gallagher", "Stuart Pollock", "Amina Yusuf", "Callum Reid", "Margaret Tulloch",
    "Dmytro Kovalenko", "Rhona Buchanan", "Alasdair Gunn", "Precious Moyo", "Gregor Imrie", "Wei Zhang",
    "Fiona Cairns", "Ruaridh Sutherland", "Noor Rahman", "Elspeth Begg", "Marco Bellini", "Senga Docherty",
)  # fmt: skip
OTHERS: tuple[tuple[str, Relationship, dict[str, Any]], ...] = (
    ("Peter Lennox", Relationship.SERVICE_USER, {}),
    ("Gillian Hay", Relationship.SERVICE_USER, {"under_18": True}),
    ("Bright Doors Sales", Relationship.SALES_AGENT, {"is_organisation": True}),
    ("Lochside Community Council", Relationship.STAKEHOLDER, {"is_organisation": True}),
    ("Harbour Joinery", Relationship.CONTRACTOR, {"is_organisation": True, "under_contract": True}),
    ("Kenneth Ogilvie", Relationship.CONTRACTOR, {"under_contract": True}),
    ("Councillor Beth Paton", Relationship.ELECTED_REPRESENTATIVE, {}),
    ("Nadia Karim", Relationship.ADVOCATE, {}),
    ("Robert Auld", Relationship.OTHER, {}),
    ("Linda Craig", Relationship.OTHER, {}),
)
STREETS = ("Pier Road", "Kelp Street", "Heron Way", "Beacon Terrace", "Ropeworks Lane")
NEEDS: dict[str, dict[str, Any]] = {
    "Órla Ní Bhriain": {
        "accessibility_needs": "Hard of hearing: speak clearly and check that you were understood."
    },
    "Margaret Tulloch": {"preferred_format": "large_print", "accessibility_needs": "Low vision."},
    "Dmytro Kovalenko": {"preferred_language": "Ukrainian"},
    "Callum Reid": {
        "cannot_use": ["letter"],
        "accessibility_needs": "Does not read easily: phone rather than write.",
    },
    "Elspeth Begg": {
        "vulnerability": "Lives alone since her husband died.",
        "cannot_use": ["email", "online_form"],
    },
}
ADJUSTMENTS = {
    "Órla Ní Bhriain": "Text her before phoning, so that she can be somewhere quiet.",
    "Callum Reid": "Read letters out to him over the phone on the day they are sent.",
    "Amina Yusuf": "Offer appointments after 10am.",
    "Stuart Pollock": "One question at a time, and a summary by email afterwards.",
}


@hub.demo.add
def customers(demonstration: hub.Demonstration) -> None:
    officer, officer2 = (StaffMember.objects.get(username=name) for name in ("officer", "officer2"))
    made: dict[str, Customer] = {}
    people = [*((name, Relationship.TENANT, {}) for name in TENANTS), *OTHERS]
    for number, (name, relationship, fields) in enumerate(people):
        owner = officer if number < 10 else officer2 if number < 20 else None
        details = contact_details(number, relationship) | NEEDS.get(name, {}) | fields
        made[name] = workflow.add(
            by=officer,
            submission=demonstration.submission(),
            name=name,
            relationship=relationship,
            assigned_to=owner,
            **details,
        )
    change(officer, made["Isla Rennie"], household_of=made["Órla Ní Bhriain"])
    change(officer, made["Nadia Karim"], speaks_for=made["Callum Reid"])
    change(officer, made["Peter Lennox"], deceased_on=demonstration.today - timedelta(days=40))
    change(officer, made["Senga Docherty"], tenancy_ended_on=demonstration.today - timedelta(days=12))
    support(demonstration, officer, made)


def contact_details(number: int, relationship: Relationship) -> dict[str, Any]:
    """Numbers and addresses that are kept for plays and examples, and reach nobody."""
    street = STREETS[number % len(STREETS)]
    details: dict[str, Any] = {
        "phones": [f"0141 496 0{200 + number}"],
        "emails": [f"customer{number + 1}@home.example"],
        "address": f"{number // len(STREETS) * 2 + 1} {street}\nLochside",
        "postcode": f"G00 {number % len(STREETS)}AB",
    }
    if number % 3 == 0:
        details["phones"].append(f"07700 900{100 + number}")
    if relationship == Relationship.TENANT:
        details["tenancy_reference"] = f"T{1000 + number * 7}"
    return details


def change(by: StaffMember, customer: Customer, **fields: Any) -> None:
    workflow.change(customer=customer, by=by, version=customer.version, **fields)


def support(demonstration: hub.Demonstration, by: StaffMember, made: dict[str, Customer]) -> None:
    for name, what in ADJUSTMENTS.items():
        agreed_on = demonstration.today - timedelta(days=demonstration.random.randrange(30, 300))
        workflow.agree_adjustment(
            customer=made[name],
            by=by,
            submission=demonstration.submission(),
            what=what,
            agreed_on=agreed_on,
        )
    advice = AdviceOrganisation.objects.all()
    for name, organisation in zip(("Amina Yusuf", "Callum Reid", "Elspeth Begg"), advice, strict=False):
        workflow.signpost(
            customer=made[name],
            by=by,
            submission=demonstration.submission(),
            organisation=organisation,
            on=demonstration.today - timedelta(days=demonstration.random.randrange(5, 90)),
        )
