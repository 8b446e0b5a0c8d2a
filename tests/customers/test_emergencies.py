import pytest

from cha_engagement.core.refusals import Incomplete
from cha_engagement.customers import actions
from cha_engagement.customers.enums import Channel
from cha_engagement.customers.models import Customer
from cha_engagement.customers.queries import doubtful_channels, emergency_routes
from cha_engagement.desk.queries import customer_card
from cha_engagement.letters import actions as letters
from cha_engagement.letters.rendering import placeholders
from cha_engagement.letters.rules import issuing
from restrictions.queries import customers_without_emergency_route
from tests.desks import task_rows

from .. import factories

pytestmark = pytest.mark.beyond("B2")

LINE, RELAY, TEXT, EMAIL = "0800 496 0001", "18001 0800 496 0001", "07700 900123", "now@lochside.example"
INTERPRETER = "0800 496 0002"
ALL = {
    "emergency_relay": RELAY,
    "emergency_text": TEXT,
    "emergency_email": EMAIL,
    "emergency_interpreter": INTERPRETER,
}


@pytest.fixture
def keep(organisation):
    """Return a function: `keep(emergency_text="…")` gives the association those routes beside its line."""

    def keep_routes(**routes):
        for name, value in routes.items():
            setattr(organisation, name, value)
        organisation.save()
        return organisation

    return keep_routes


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("known", "kept", "routes"),
    [
        ({}, ALL, [LINE]),
        ({"needs": ["cannot_hear"]}, ALL, [RELAY, TEXT, EMAIL]),
        ({"needs": ["no_phone"]}, ALL, [EMAIL]),
        ({"needs": ["no_phone", "no_internet"]}, ALL, []),
        ({"needs": ["cannot_hear", "cannot_write"]}, ALL, []),
        ({"needs": ["cannot_write"]}, ALL, [LINE]),
        (
            {"needs": ["no_english"], "preferred_language": "Ukrainian"},
            ALL,
            [INTERPRETER, RELAY, TEXT, EMAIL],
        ),
        ({"needs": ["no_english"], "preferred_language": "Ukrainian"}, {}, []),
        (
            {"needs": ["no_english", "cannot_hear"], "preferred_language": "Ukrainian"},
            {"emergency_interpreter": INTERPRETER},
            [],
        ),
        ({"needs": ["cannot_hear"]}, {}, []),
        ({"needs": ["no_post"]}, {}, [LINE]),
        ({"accessibility_needs": "Profoundly deaf."}, ALL, [LINE, RELAY, TEXT, EMAIL]),
        ({"accessibility_needs": "Profoundly deaf."}, {}, [LINE]),
        (
            {"needs": ["cannot_hear"], "emergency_route": "a knock at 6 Kelp Street"},
            {},
            ["a knock at 6 Kelp Street"],
        ),
        ({"emergency_route": "a knock at 6 Kelp Street"}, ALL, [LINE, "a knock at 6 Kelp Street"]),
    ],
)
def test_each_reader_has_the_emergency_routes_that_they_can_use(officer, keep, known, kept, routes):
    shown_routes = emergency_routes(factories.customer(by=officer, **known), keep(**kept))
    assert [route.partition(" (")[0] for route in shown_routes] == routes


@pytest.mark.django_db
@pytest.mark.parametrize(
    "route",
    [
        "Emergencies are not taken from you",
        "0800 496 0009. Emergencies are not taken from you",
        "next door",
        "0900 555 5555 for 9 pounds a minute",
        "18001 0845 496 0001",
        "+44 (0)871 496 0001, Ann",
        "070 1496 0001",
        "0141 496 0000 - 0844 496 0001",
        "0141 496 0000/0844 496 0001",
        "0844/496 0001",
        "0844–496–0001",
        "0141 111 2222. 0906 123 4567",
        "0141 496 0000 (0)906 123 4567",
        "0800 1111 0844 496 0001",
        "496 0000 - 0844 496 0001",
        "999/0844 496 0001",
        "0044 141 496 0000 0870 123 4567",
        "0844\u00a0/\u00a0496 0001",
        "07700 900999 (nobody listens there)",
        "07700 900999, but we can’t promise to answer",
    ],
)
def test_what_names_no_way_or_closes_one_is_no_emergency_route(officer, route):
    with pytest.raises(Incomplete, match="reach us in an emergency"):
        factories.customer(by=officer, emergency_route=route)
    customer = factories.customer(by=officer)
    with pytest.raises(Incomplete) as refused:
        actions.change_customer(
            customer=customer, by=officer, version=customer.version, emergency_route=route
        )
    assert {refusal.field for refusal in refused.value.refusals} == {"emergency_route"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "route",
    [
        "07700 900123 (by text to the duty officer)",
        "18001 0800 496 0001",
        "01870 496 000 or 0141 847 0909",
        "0141 847 0909 / 0141 847 0870 - 07700 900 847",
        "+44 141 847 0909, 24/7 until 09/12/2026",
        "18001 0141 847 0909",
        "0044 141 847 0909 - 496 0000",
        "a knock at No. 6 Kelp Street",
        "duty@lochside.example, read from 09:00 to 08:59",
    ],
)
def test_a_number_or_an_address_is_an_emergency_route(officer, route):
    assert factories.customer(by=officer, emergency_route=route).emergency_route == route


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("known", "why"),
    [
        ({"needs": ["cannot_hear"]}, "they cannot phone"),
        ({"needs": ["no_phone"]}, "they cannot phone"),
        ({"needs": ["no_english"], "preferred_language": "Ukrainian"}, "they need an interpreter"),
    ],
)
def test_a_letter_waits_for_an_emergency_route_and_somebody_is_asked_for_one(
    organisation, officer, manager, administrator, signed_in, keep, known, why
):
    customer = factories.customer(by=officer, **known, **factories.HOME)
    factories.interim_measure(by=manager, incidents=[factories.incident(by=officer, customer=customer)])
    letter = letters.draft_letter(
        customer=customer,
        kind="general",
        about=customer,
        by=manager,
        submission=factories.uuid.uuid4(),
        subject="Rent",
    )
    (refusal,) = issuing.check_ready(letter)
    assert refusal.sentence.startswith("No emergency route that Órla Ní Bhriain can use is kept")
    assert why in refusal.sentence
    assert any(
        "no emergency route" in line.text for part in customer_card(customer).parts for line in part.lines
    )
    assert [row["reference"] for row in task_rows(manager, "customer.emergency")] == [customer.reference]
    home = signed_in(administrator).get("/").content.decode()
    assert "Keep an emergency line that each customer can use" in home
    assert "Órla" not in home
    customer.refresh_from_db()
    actions.change_customer(
        customer=customer, by=officer, version=customer.version, emergency_route=f"{TEXT} (by text)"
    )
    letter.refresh_from_db()
    assert issuing.check_ready(letter) == []
    assert f"at any time, on {TEXT} (by text)" in placeholders.filled_text(letter)
    assert not task_rows(manager, "customer.emergency")
    assert not task_rows(administrator, "organisation.emergency")


WRITTEN = {Channel.LETTER, Channel.EMAIL, Channel.ONLINE_FORM, Channel.MESSAGE}


@pytest.mark.parametrize(
    ("words", "channels"),
    [
        ("Cannot read or write. Phone only.", WRITTEN | {Channel.OFFICE}),
        ("She can hardly write or type.", WRITTEN),
        ("He can’t read", WRITTEN),
        ("Finds it hard to read letters; struggles to type.", WRITTEN),
        ("Registered blind.", WRITTEN),
        ("Deaf, uses BSL.", {Channel.PHONE}),
        ("Has no phone.", {Channel.PHONE}),
        ("No internet at home", {Channel.EMAIL, Channel.ONLINE_FORM}),
        ("Housebound since her fall.", {Channel.OFFICE}),
        ("Please contact by email only.", {Channel.PHONE, Channel.OFFICE}),
        ("Low mood. Speak slowly.", set()),
        ("Uses a wheelchair.", set()),
        ("", set()),
    ],
)
@pytest.mark.policy("9")
def test_words_about_needs_put_channels_in_doubt(words, channels):
    customer = Customer(accessibility_needs=words)
    customer.lacking = {"adjustments", "needs"}
    assert set(doubtful_channels(customer)) == channels


@pytest.mark.parametrize("count", [1, 3])
def test_as_much_is_asked_however_many_have_none(officer, manager, count, django_assert_num_queries):
    for _ in range(count):
        customer = factories.customer(by=officer, needs=["cannot_hear"])
        actions.agree_adjustment(
            customer=customer, by=officer, submission=factories.uuid.uuid4(), what="Letters in large print"
        )
        factories.interim_measure(by=manager, incidents=[factories.incident(by=officer, customer=customer)])
    with django_assert_num_queries(3):
        assert len(list(customers_without_emergency_route(Customer.objects.all()))) == count


def test_no_more_is_asked_where_nobody_needs_another_route(officer, customer, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert list(customers_without_emergency_route(Customer.objects.filter(pk=customer.pk))) == []
