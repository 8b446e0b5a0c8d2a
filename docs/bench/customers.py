"""Customers as a town has them, and how long people wait at the front desk to find one (P3)."""

from collections.abc import Callable, Iterator
from random import Random
from typing import Any
from uuid import uuid4

FIRST = [
    "Agnes", "Alan", "Alasdair", "Amina", "Andrew", "Anna", "Anne", "Brian", "Callum", "Catherine", "Chloe", "Claire",
    "Colin", "Craig", "David", "Donna", "Douglas", "Eilidh", "Elaine", "Ewan", "Fatima", "Fiona", "Gordon", "Grace", "Hamish",
    "Heather", "Iain", "Isla", "Jack", "James", "Janet", "Jean", "Jennifer", "John", "Julie", "Karen", "Kenneth", "Kirsty",
    "Laura", "Lewis", "Linda", "Lukasz", "Mairi", "Margaret", "Mary", "Michael", "Mohammed", "Morag", "Neil", "Nicola",
    "Olena", "Órla", "Paul", "Peter", "Priya", "Robert", "Ross", "Sarah", "Sean", "Siân", "Stuart", "Susan", "Thomas",
    "William", "Zofia",
]  # fmt: skip
LAST = [
    "Adams", "Ahmed", "Allan", "Baird", "Begum", "Bell", "Boyle", "Brown", "Bruce", "Burns", "Campbell", "Chowdhury", "Clark",
    "Crawford", "Cunningham", "Davidson", "Docherty", "Duncan", "Ferguson", "Findlay", "Forbes", "Fraser", "Gallagher",
    "Gibson", "Gordon", "Graham", "Grant", "Hamilton", "Henderson", "Hughes", "Hunter", "Hussain", "Jackson", "Johnston",
    "Kelly", "Kennedy", "Kerr", "Khan", "King", "Kowalski", "MacDonald", "MacKay", "MacKenzie", "MacLean", "MacLeod",
    "Marshall", "Martin", "McDonald", "McGregor", "McIntyre", "Miller", "Mitchell", "Moore", "Morrison", "Muir", "Murphy",
    "Murray", "Nowak", "O'Donnell", "O'Neill", "Paterson", "Quinn", "Reid", "Ritchie", "Robertson", "Ross", "Russell",
    "Scott", "Shaw", "Simpson", "Singh", "Smith", "Stevenson", "Stewart", "Sutherland", "Taylor", "Thomson", "Walker",
    "Wallace", "Watson", "Watt", "White", "Williamson", "Wilson", "Wood", "Wright", "Young", "Ní-Bhriain",
]  # fmt: skip
STREETS = [
    "Kelp", "Pier", "Mill", "Glen", "Birch", "Rowan", "Castle", "Station", "Church", "Forth", "Dumbarton", "Kilbowie",
    "Overtoun", "Duntocher",
]  # fmt: skip


SEARCHES = {
    "name that one has": "quillfeather",
    "first and last, swapped": "Quillfeather, Ptolemy",
    "last name that thousands have": "smith",
    "first and last that many have": "mary o'neill",
    "two letters": "ma",
    "two beginnings": "j s",
    "Mc and Mac": "mcdonald",
    "a title": "mrs margaret macdonald",
    "nobody": "xyzzy",
    "two that many have, together nobody": "kowalski ní-bhriain órla",
    "phone": "+44 7700 000000",
    "last six digits": "100001",
    "area code": "0141",
    "email": "ptolemy.0@mail.example",
    "postcode": "G81 0AP",
    "half a postcode": "G82",
    "street": "12 kelp street",
    "flat": "Flat 2/1",
    "whole address": "Flat 2/1, 12 Kelp St, Clydebank",
    "an address where nobody lives": "Flat 2/1, 12 Loch St, Clydebank",
    "tenancy": "T-123456/3",
    "handle": "@ptolemy_0",
    "reference": "CUS-2019-123456",
    "eight words that all have": "flat street clydebank g81 0141 kelp t cus",
    "a hundred letters": "ma " * 33,
}
"""The text that is typed, by a description of it."""


def invent_customers(count: int) -> Iterator[Any]:
    """Yield customers as a town has them: the same names and streets again and again. The first is the one to be found."""
    from cha_engagement.customers.models import Customer

    random = Random(1)  # noqa: S311 nothing secret
    for number in range(count):
        first, last, street = map(random.choice, (FIRST, LAST, STREETS))
        if number % 20 == 7:
            last = f"{last}-{random.choice(LAST)}"
        name = "Ptolemy Quillfeather" if number == 0 else f"{first} {last}"
        yield Customer(
            reference=f"CUS-2019-{number:06}",
            name=name,
            tenancy_reference=f"T-{number:06}/{number % 9}",
            address=f"Flat {number % 4}/{number % 3 + 1}, {number // 12 % 180 + 1} {street} Street\nClydebank",
            postcode=f"G{81 + number % 3} {number // 7 % 10}{'ABDEFGHJLN'[number // 70 % 10]}{'PQRSTUWXYZ'[number // 700 % 10]}",
            phones=[f"0141 4{number:06}"] if number % 2 else [f"07700 {number:06}"],
            emails=[f"{name.split()[0]}.{number}@mail.example".lower()] if number % 3 == 0 else [],
            online_handles=[f"@{name.split()[0]}_{number}"] if number % 25 == 0 else [],
            history_length=1,
        )


def look_up_requests(client: Any) -> dict[str, Callable[[], Any]]:
    """Return the requests to measure by their description: look-ups, pages, and adding somebody who may be here already."""
    from cha_engagement.customers.models import Customer

    def page(path: str) -> Callable[[], Any]:
        return lambda: client.get(path)

    def add(**known: str) -> Callable[[], Any]:
        """Return a request to add a likely duplicate: the answer shows who is here already, and records nothing."""
        answers = {"relationship": "tenant", "preferred_format": "standard"} | known
        return lambda: client.post("/customers/new/", answers | {"submission": str(uuid4())})

    requests = {f"look-up: {what}": look_up(client, typed) for what, typed in SEARCHES.items()}
    answer = client.post("/look-up/", {"q": "smith"})
    requests["look-up, the whole page"] = page(answer.headers["Location"])
    for name in ("Chloe Smith-Jones", "Ptolemy Quillfeather"):
        url = Customer.objects.get(name=name).get_absolute_url()
        requests |= {f"page of {name}": page(url), f"card of {name}": page(f"{url}card/")}
    return requests | {
        "adding: a name that many have": add(name="Mary O'Neill"),
        "adding: a title and a last name that thousands have": add(name="Mr Smith"),
        "adding: all that is known of one": add(
            name="Ptolemy Quillfeather",
            phones="07700 000000",
            emails="ptolemy.0@mail.example",
            address="Flat 2/1, 12 Kelp Street\nClydebank",
            postcode="G81 0AP",
            online_handles="@ptolemy_0",
        ),
        "customers, the list": page("/customers/"),
    }


def look_up(client: Any, typed: str) -> Callable[[], Any]:
    """Return the request for answers alone, as they are fetched while somebody types."""
    return lambda: client.post("/look-up/", {"q": typed, "fragment": "1"})
