"""Likely duplicates are shown before a customer is added. Beyond the policy: B16."""

import uuid

import pytest

from cha_engagement.core.permissions import Permission
from cha_engagement.customers import actions
from cha_engagement.customers.enums import Format, Relationship
from cha_engagement.customers.models import Customer
from cha_engagement.customers.queries import likely_duplicates
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.beyond("B16"), pytest.mark.database]

NEW = "/customers/new/"


def answers(**changes):
    return {
        "submission": str(uuid.uuid4()),
        "name": "Orla Nibhriain",
        "relationship": Relationship.TENANT,
        "preferred_format": Format.STANDARD,
    } | changes


def shared_with(user, known, **answers):
    """Return what a customer of whom this is known has in common with somebody new, by name."""
    factories.customer(by=user, **{"name": "Somebody Else"} | known)
    new = Customer(**{"name": "Nobody Known"} | answers)
    return {duplicate.customer.name: duplicate.description for duplicate in likely_duplicates(new, user)}


@pytest.mark.parametrize(
    ("known", "new", "words"),
    [
        ({"phones": ["0141 496 0000"]}, {"phones": ["+44 141 496 0000"]}, "phone"),
        ({"emails": ["Orla@home.example"]}, {"emails": ["orla@HOME.example"]}, "email"),
        ({"tenancy_reference": "T-004/1"}, {"tenancy_reference": "t0041"}, "tenancy reference"),
        (
            {"online_handles": ["https://social.example/orla.nb/"]},
            {"online_handles": ["@orla_nb"]},
            "online handle",
        ),
        ({"name": "Órla O'Neill"}, {"name": "ONEILL, Orla"}, "name"),
        ({"name": "Hamish MacDonald"}, {"name": "Hamish McDonald"}, "name"),
        ({"name": "Anna Smith-Jones"}, {"name": "Anna Smith"}, "name"),
        ({"known_as": "Orlaith"}, {"name": "Orlaith"}, "name"),
        ({"name": "Orlaith"}, {"known_as": "Orlaith"}, "name"),
        (
            {"name": "Órla", "postcode": "G00 0AB", "address": "Flat 2, 12 Kelp Street\nLochside"},
            {"name": "Orla", "postcode": "g000ab", "address": "12 Kelp Street, Flat 2"},
            "address, postcode, name",
        ),
    ],
)
def test_a_likely_match_is_found_however_it_is_written(officer, known, new, words):
    assert shared_with(officer, known, **new) == {known.get("name", "Somebody Else"): words}


@pytest.mark.parametrize(
    ("known", "new"),
    [
        ({"phones": ["0141 496 0000"]}, {"phones": ["0131 496 0000"]}),
        ({"postcode": "G00 0AB"}, {"postcode": "G00 0AB"}),
        ({"address": "12 Kelp Street"}, {"address": "12 Kelp Street"}),
        ({"name": "Anna Smith"}, {"name": "Anna Jones"}),
        ({"name": "Anna", "address": "Smith Street"}, {"name": "Anna Smith"}),
        ({"tenancy_reference": ""}, {"tenancy_reference": ""}),
    ],
)
def test_what_neighbours_share_is_no_match(officer, known, new):
    assert shared_with(officer, known, **new) == {}


def test_a_town_in_common_is_no_address(officer):
    known = {"name": "Orla", "address": "1 Pier Road\nLochside"}
    assert shared_with(officer, known, name="Orla", address="2 Kelp Street\nLochside") == {"Orla": "name"}


def test_the_likeliest_come_first_and_a_name_alone_last(officer):
    for name, known in (
        ("Orla Burns", {}),
        ("Burns, Orla", {"postcode": "G00 0AB"}),
        ("Ruaridh Gunn", {"phones": ["0141 496 0000"]}),
        ("O. Burns", {"phones": ["0141 496 0000"], "emails": ["orla@home.example"]}),
    ):
        factories.customer(by=officer, name=name, **known)
    new = Customer(
        name="Orla Burns", phones=["0141 496 0000"], emails=["orla@home.example"], postcode="G00 0AB"
    )
    names = [duplicate.customer.name for duplicate in likely_duplicates(new, officer)]
    assert names == ["O. Burns", "Burns, Orla", "Ruaridh Gunn", "Orla Burns"]


@pytest.mark.parametrize("count", [1, 30])
def test_they_take_four_queries_and_ten_at_most_are_shown(officer, count, django_assert_num_queries):
    known = {"phones": ["0141 496 0000"], "postcode": "G00 0AB"}
    for _ in range(count):
        factories.customer(by=officer, **known)
    officer.has_perm(Permission.READ_CUSTOMERS)
    with django_assert_num_queries(4):
        assert len(likely_duplicates(Customer(name="Orla Bhriain", **known), officer)) == min(count, 10)


def test_what_is_known_from_who_was_merged_into_them_is_in_common_too(officer, manager):
    kept = factories.customer(by=officer, name="Órla Burns")
    other = factories.customer(by=officer, name="Orlaith Byrne", phones=["0141 496 0000"])
    actions.merge_customers(
        kept=kept, other=other, by=manager, submission=uuid.uuid4(), why="They confirmed it."
    )
    (duplicate,) = likely_duplicates(Customer(name="Orlaith Byrne", phones=["0141 496 0000"]), officer)
    assert (duplicate.customer, duplicate.description) == (kept, "phone, name")


def test_likely_duplicates_are_shown_and_nothing_typed_is_lost(signed_in, officer):
    known = factories.customer(by=officer, name="Órla Burns", phones=["0141 496 0000"])
    answer = signed_in(officer).post(
        NEW, answers(name="Orla Burns", phones="0141 496 0000", vulnerability="Lives alone.")
    )
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="{known.get_absolute_url()}"' in shown
    assert "In common: phone, name" in shown
    assert "Lives alone." in shown
    assert Customer.objects.count() == 1


def test_who_is_none_of_these_is_added(signed_in, officer):
    known = factories.customer(by=officer, name="Órla Burns")
    client, form = signed_in(officer), answers(name="Orla Burns")
    assert f'value="{known.reference}"' in client.post(NEW, form).content.decode()
    added = client.post(NEW, form | {"ruled_out": known.reference})
    assert added.headers["Location"] == Customer.objects.latest("pk").get_absolute_url()
    assert Customer.objects.count() == 2


def test_whoever_changes_their_answers_is_asked_about_others(signed_in, officer):
    known = factories.customer(by=officer, name="Órla Burns")
    factories.customer(by=officer, name="Somebody Else", phones=["0141 496 0000"])
    form = answers(name="Orla Burns", phones="0141 496 0000", ruled_out=known.reference)
    answer = signed_in(officer).post(NEW, form)
    assert answer.status_code == 422
    assert "Somebody Else" in answer.content.decode()


def test_a_form_sent_twice_does_not_take_its_own_customer_for_another(signed_in, officer):
    client, form = signed_in(officer), answers()
    assert client.post(NEW, form).headers["Location"] == client.post(NEW, form).headers["Location"]


def test_who_came_to_log_an_incident_goes_on_to_log_it(signed_in, officer):
    known = factories.customer(by=officer, name="Órla Burns")
    client, form = signed_in(officer), answers(name="Orla Burns")
    assert f'href="{NEW}?then=incident"' in client.get("/incidents/new/").content.decode()
    shown = client.post(f"{NEW}?then=incident", form).content.decode()
    assert f'href="/incidents/new/?begun=yes&amp;customer={known.reference}"' in shown
    answer = client.post(f"{NEW}?then=incident", form | {"ruled_out": known.reference})
    added = Customer.objects.latest("pk")
    assert answer.headers["Location"] == f"/incidents/new/?begun=yes&customer={added.reference}"


@pytest.mark.parametrize("then", ["", "home", "//elsewhere.example", "\t"])
def test_an_address_of_ones_own_making_leads_nowhere_else(signed_in, officer, then):
    answer = signed_in(officer).post(f"{NEW}?then={then}", answers())
    assert answer.headers["Location"] == Customer.objects.get().get_absolute_url()
