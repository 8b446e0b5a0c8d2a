from functools import partial
from typing import Any

from cha_engagement.customers import actions
from cha_engagement.customers.enums import ConfirmedWith, Format, NeedCode, Relationship
from cha_engagement.customers.few import actions as few
from cha_engagement.customers.models import Customer
from cha_engagement.demo.demonstration import FIRST_DAY, Demonstration
from cha_engagement.demo.staff import person
from cha_engagement.organisation.calendar import today
from cha_engagement.organisation.models import AdviceOrganisation

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
    "Margaret Tulloch": {
        "preferred_format": Format.LARGE_PRINT,
        "needs": {NeedCode.LARGE_PRINT: "Low vision since last year."},
        "needs_confirmed_with": ConfirmedWith.CUSTOMER,
    },
    "Dmytro Kovalenko": {
        "preferred_language": "Ukrainian",
        "needs": {NeedCode.NO_ENGLISH: "His neighbour interprets on weekdays."},
        "needs_confirmed_with": ConfirmedWith.REPRESENTATIVE,
    },
    "Callum Reid": {
        "needs": {NeedCode.NO_POST: "Letters pile up unread: phone rather than write."},
        "needs_confirmed_with": ConfirmedWith.REPRESENTATIVE,
    },
    "Elspeth Begg": {
        "vulnerability": "Lives alone since her husband died.",
        "needs": {NeedCode.NO_INTERNET: "", NeedCode.FEARS_VISITS: "She meets us at the library instead."},
    },
}
ADJUSTMENTS = {
    "Órla Ní Bhriain": "Text her before phoning, so that she can be somewhere quiet.",
    "Callum Reid": "Read letters out to him over the phone on the day they are sent.",
    "Amina Yusuf": "Offer appointments after 10am.",
    "Stuart Pollock": "One question at a time, and a summary by email afterwards.",
}
DUPLICATES: dict[str, dict[str, Any]] = {
    "Hamish McDonald": {"known_as": "Hamish", "phones": ["0141 496 0201"], "postcode": "G00 1AB"},
    "Marco Belini": {"phones": ["0141 496 0228", "07700 900999"], "emails": ["marco@work.example"]},
}
"""Customers who were added a second time: the first may still be found out, the second was."""
SIGNPOSTED = {
    "Amina Yusuf": "Lochside Advice Centre",
    "Callum Reid": "Speaking Up Lochside",
    "Elspeth Begg": "Calm Waters",
}


def plan(demonstration: Demonstration) -> None:
    demonstration.plan(FIRST_DAY, "09:00", partial(add_customers, demonstration))
    demonstration.plan(
        30,
        "10:00",
        partial(
            change_customer,
            "Peter Lennox",
            deceased_on=demonstration.day(31),
            death_source="His son rang the office on Monday.",
        ),
    )
    demonstration.plan(
        9, "10:00", partial(change_customer, "Senga Docherty", tenancy_ended_on=demonstration.day(10))
    )
    for name, what in ADJUSTMENTS.items():
        demonstration.plan(
            demonstration.random.randrange(260, 380),
            "11:00",
            partial(agree_adjustment, demonstration, name, what),
        )
    for name, facts in DUPLICATES.items():
        demonstration.plan(12, "14:00", partial(add_duplicate, demonstration, name, facts))
    demonstration.plan(
        11, "10:00", partial(agree_adjustment, demonstration, "Marco Belini", "Phone after 2pm.")
    )
    demonstration.plan(0, "08:40", partial(merge_duplicate, demonstration, "Marco Belini", "Marco Bellini"))
    demonstration.plan(0, "08:35", partial(limit_readers, demonstration, "Robert Auld"))
    for name, adviser in SIGNPOSTED.items():
        demonstration.plan(
            demonstration.random.randrange(5, 60),
            "15:00",
            partial(signpost_customer, demonstration, name, adviser),
        )


def customer(name: str) -> Customer:
    return Customer.objects.get(name=name)


def add_customers(demonstration: Demonstration) -> None:
    officer, officer2 = person("officer"), person("officer2")
    people = [*((name, Relationship.TENANT, {}) for name in TENANTS), *OTHERS]
    for number, (name, relationship, fields) in enumerate(people):
        added = actions.add_customer(
            by=officer,
            submission=demonstration.submission(),
            name=name,
            relationship=relationship,
            **contact_details(number, relationship) | NEEDS.get(name, {}) | fields,
        )
        if number < 20:
            colleague = officer if number < 10 else officer2
            actions.assign_customer(
                customer=added, by=person("manager"), version=added.version, assigned_to=colleague
            )
    change_customer("Isla Rennie", household_of=customer("Órla Ní Bhriain"))
    change_customer("Nadia Karim", speaks_for=customer("Callum Reid"))


def contact_details(number: int, relationship: Relationship) -> dict[str, Any]:
    """Return numbers and addresses that are reserved for plays and examples, and reach nobody."""
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


def change_customer(name: str, **fields: Any) -> None:
    record = customer(name)
    actions.change_customer(customer=record, by=person("officer"), version=record.version, **fields)


def agree_adjustment(demonstration: Demonstration, name: str, what: str) -> None:
    submission = demonstration.submission()
    actions.agree_adjustment(customer=customer(name), by=person("officer"), submission=submission, what=what)


def add_duplicate(demonstration: Demonstration, name: str, facts: dict[str, Any]) -> None:
    submission = demonstration.submission()
    actions.add_customer(by=person("officer2"), submission=submission, name=name, **facts)


def merge_duplicate(demonstration: Demonstration, other: str, kept: str) -> None:
    """Have one manager ask, as their names differ, and another merge them."""
    why = "The same phone, and he says that his name was misspelt."
    actions.ask_merge(kept=customer(kept), other=customer(other), by=person("manager2"), why=why)
    actions.merge_customers(
        kept=customer(kept),
        other=customer(other),
        by=person("manager"),
        submission=demonstration.submission(),
        why=why,
    )


def limit_readers(demonstration: Demonstration, name: str) -> None:
    few.limit_readers(
        customer=customer(name),
        by=person("management"),
        submission=demonstration.submission(),
        why="His daughter works in the repairs team, and most of us know her.",
        readers=[person("management"), person("ccsm")],
    )


def signpost_customer(demonstration: Demonstration, name: str, adviser: str) -> None:
    organisation = AdviceOrganisation.objects.get(name=adviser)
    submission = demonstration.submission()
    actions.record_signposting(
        customer=customer(name),
        by=person("officer"),
        submission=submission,
        organisation=organisation,
        on=today(),
    )
