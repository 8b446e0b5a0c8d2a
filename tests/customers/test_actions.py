import uuid
from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from cha_engagement.core.records import Stale, find_history_faults
from cha_engagement.core.refusals import Incomplete, Refused
from cha_engagement.customers import actions, lookup_keys
from cha_engagement.customers.models import Adjustment, Customer, LookupKey, Signposting
from cha_engagement.organisation.models import AdviceOrganisation
from tests import factories

pytestmark = pytest.mark.django_db


def agree(customer, by, **fields):
    return actions.agree_adjustment(
        customer=customer, by=by, submission=uuid.uuid4(), what="Text first", **fields
    )


def test_a_customer_sent_twice_is_added_once(officer):
    submission = uuid.uuid4()
    first, second = (actions.add_customer(by=officer, submission=submission, name="Anna") for _ in range(2))
    assert first == second
    assert Customer.objects.count() == 1


def test_an_addition_that_fails_leaves_no_keys(officer, monkeypatch):
    with pytest.raises(ValueError, match="too many values"):
        monkeypatch.setattr(lookup_keys, "customer_keys", lambda customer: {("name", "a", "b")})
        actions.add_customer(by=officer, submission=uuid.uuid4(), name="Anna")
    assert not Customer.objects.exists()
    assert not LookupKey.objects.exists()


def test_a_change_keeps_the_earlier_answers(officer, customer):
    actions.change_customer(customer=customer, by=officer, version=1, name="Orla Burns")
    assert [row.name for row in customer.history.order_by("sequence")] == ["Órla Ní Bhriain", "Orla Burns"]
    assert find_history_faults(Customer.objects.get()) == []


def test_the_second_of_two_changes_is_refused(officer, customer):
    actions.change_customer(customer=customer, by=officer, version=1, name="Orla Burns")
    with pytest.raises(Stale):
        actions.change_customer(customer=customer, by=officer, version=1, name="Orla Byrne")


@pytest.mark.beyond("B5")
@pytest.mark.parametrize(
    "name",
    [
        "Neeve Galagher and all who live at 5 Beacon Terrace",
        "Neeve Galagher & Family",
        "Neeve Galagher and her family at 5 Beacon Terrace",
        "Ann Smith, husband and children",
        "Neeve Galagher and household",
        "Neeve Galagher & her household",
        "Neeve Galagher, the household",
        "The Occupiers, 5 Beacon Terrace",
        "Everybody at 5 Beacon Terrace",
        "All in 5A Old Pier Rd, Oban",
        "Anyone at 5 The Broomielaw, G1 4RU",
        "Everyone in 5/2",
        "Everyone in 5 and 7",
    ],
)
@pytest.mark.parametrize("is_organisation", [False, True])
def test_a_customer_is_one_and_not_whoever_lives_with_them(name, is_organisation, officer, customer):
    values = {"name": name, "is_organisation": is_organisation}
    for save in (
        lambda **values: actions.add_customer(by=officer, submission=uuid.uuid4(), **values),
        lambda **values: actions.change_customer(
            customer=customer, by=officer, version=customer.reload_locked().version, **values
        ),
    ):
        with pytest.raises(Incomplete, match="means others too") as refused:
            save(**values)
        assert [refusal.field for refusal in refused.value.refusals] == ["name"]


@pytest.mark.beyond("B5")
@pytest.mark.parametrize(
    "name",
    [
        "The Galagher Family",
        "The Galagher household",
        "All in 1 Galagher",
        "Ann Smith with her two sons",
        "Ann Smith + partner",
        "Families at 5 Beacon Terrace",
    ],
)
def test_no_family_is_part_of_the_name_of_a_person(name, officer):
    with pytest.raises(Incomplete, match="means others too"):
        factories.customer(by=officer, name=name)


@pytest.mark.parametrize(
    "name",
    [
        "Ann Andall",
        "Hall and Allan",
        "Sam Householder",
        "Heung-Min Son",
        "Phil Husband",
        "Mary, mother of Ann",
    ],
)
def test_no_name_is_taken_for_more_than_one_person(name, officer):
    assert factories.customer(by=officer, name=name)


@pytest.mark.parametrize(
    "name",
    [
        "Smith & Sons Ltd",
        "Grant and Partners",
        "Family Centre Ltd",
        "Children and Family Services",
        "J Smith & Family Butchers",
        "Household Waste Ltd",
        "The Royal Household",
        "Lochside Household Ltd",
        "Linen, Household and Gifts",
        "All in One Cleaning",
        "All in 1 Repairs Ltd",
        "All in 1",
        "All in 1 Road Services",
        "Women and Children First",
        "The Occupiers' Association",
    ],
)
def test_no_firm_is_taken_for_a_household(name, officer):
    assert factories.customer(by=officer, name=name, is_organisation=True)


@pytest.mark.parametrize("field", ["household_of", "speaks_for"])
def test_nobody_is_their_own_household_or_speaks_for_themself(officer, customer, field):
    with pytest.raises(Incomplete) as incomplete:
        actions.change_customer(
            customer=customer, by=officer, version=1, name=customer.name, **{field: customer}
        )
    assert [refusal.field for refusal in incomplete.value.refusals] == [field]


def test_one_of_a_household_may_speak_for_another(officer, customer):
    child = factories.customer(by=officer, name="Child", household_of=customer)
    actions.change_customer(customer=customer, by=officer, version=1, name=customer.name, speaks_for=child)
    customer.refresh_from_db()
    assert customer.speaks_for == child


@pytest.mark.policy("65")
def test_an_administrator_and_data_protection_change_nothing(administrator, dpo, customer):
    for user in (administrator, dpo):
        with pytest.raises(Refused):
            actions.add_customer(by=user, submission=uuid.uuid4(), name="Anna")
        with pytest.raises(Refused):
            actions.change_customer(customer=customer, by=user, version=1, name="Anna")
        with pytest.raises(Refused):
            agree(customer, user)


@pytest.mark.policy("9")
@pytest.mark.policy("18")
def test_an_adjustment_holds_to_the_end_of_its_last_day(officer, customer):
    adjustment = agree(customer, officer, agreed_on=date(2026, 6, 1))
    actions.end_adjustment(adjustment=adjustment, by=officer, version=1, ends_on=date(2026, 7, 31))
    # 23:30 on a summer night here is 22:30 in UTC.
    with time_machine.travel("2026-07-31T22:30:00Z"):
        assert Adjustment.objects.in_force().exists()
    with time_machine.travel("2026-07-31T23:30:00Z"):
        assert not Adjustment.objects.in_force().exists()


def test_an_adjustment_does_not_end_before_it_was_agreed(officer, customer):
    adjustment = agree(customer, officer)
    yesterday = timezone.localdate() - timedelta(days=1)
    with pytest.raises(Incomplete):
        actions.end_adjustment(adjustment=adjustment, by=officer, version=1, ends_on=yesterday)


@pytest.mark.policy("8")
def test_it_is_kept_to_whom_a_customer_was_signposted_and_when(officer, customer):
    advice = AdviceOrganisation.objects.create(name="Advice", helps_with="Money", contact="0141 496 0100")
    submission = uuid.uuid4()
    for _ in range(2):
        actions.record_signposting(
            customer=customer, by=officer, submission=submission, organisation=advice, on=date(2026, 5, 4)
        )
    signposting = Signposting.objects.get()
    assert (signposting.organisation, signposting.on, signposting.by, signposting.customer) == (
        advice,
        date(2026, 5, 4),
        officer,
        customer,
    )
