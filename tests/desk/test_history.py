import pytest

from cha_engagement.core.paging import PAGE_SIZE
from cha_engagement.core.records import models_by_prefix
from cha_engagement.customers import actions
from cha_engagement.customers.enums import Relationship
from incidents.enums import Category
from tests import factories

pytestmark = pytest.mark.django_db


def history_response(client, record):
    return client.get(f"{record.get_absolute_url()}history/")


def changed_answers(response):
    return [
        (change.reason, {answer.label: (answer.before, answer.after) for answer in change.answers})
        for change in response.context["changes"]
    ]


@pytest.mark.policy("62")
def test_history_says_who_changed_each_answer(signed_in, officer, manager, customer):
    actions.change_customer(
        customer=customer,
        by=manager,
        version=1,
        relationship=Relationship.ADVOCATE,
        needs={"cannot_hear": "", "fears_visits": ""},
        needs_confirmed_with="customer",
        under_18=True,
    )
    actions.assign_customer(customer=customer, by=manager, version=2, assigned_to=officer)
    response = history_response(signed_in(manager), customer)
    assigned, (reason, answers), (first_reason, first_answers) = changed_answers(response)
    assert assigned == ("Assigned to Officer Example", {"Assigned to": ("", "Officer Example")})
    assert (reason, first_reason) == ("Details changed", "Added")
    assert answers == {
        "Relationship": ("Tenant", "Advocate"),
        "Ways of contact they cannot use": ("", "Phone, Home visit"),
        "Who checked their needs": ("Officer Example", "Manager Example"),
        "Under 18": ("No", "Yes"),
    }
    assert first_answers["Name"] == ("", "Órla Ní Bhriain")
    assert [change.who for change in response.context["changes"]] == [
        "Manager Example",
        "Manager Example",
        "Officer Example",
    ]


def test_history_includes_facts_of_several_values(signed_in, officer, manager, customer):
    incident = factories.incident(
        by=officer, customer=customer, categories=[Category.ABUSE, Category.REFUSAL]
    )
    first = changed_answers(history_response(signed_in(manager), incident))[-1][1]
    assert first["Categories"] == ("", "Abuse\nRefusal to co-operate")


def test_history_compares_rows_across_pages(signed_in, officer, manager, customer):
    for number in range(PAGE_SIZE + 1):
        actions.change_customer(customer=customer, by=officer, version=number + 1, name=f"Name {number}")
    client = signed_in(manager)
    first = history_response(client, customer)
    assert changed_answers(first)[-1][1] == {"Name": ("Name 0", "Name 1")}
    second = client.get(f"{customer.get_absolute_url()}history/{first.context['page'].next_url}")
    assert [answers["Name"] for _, answers in changed_answers(second)] == [
        ("Órla Ní Bhriain", "Name 0"),
        ("", "Órla Ní Bhriain"),
    ]


@pytest.mark.parametrize("count", [1, 30])
def test_history_takes_the_same_queries_for_many_rows(
    signed_in, officer, manager, customer, count, django_assert_num_queries
):
    for number in range(count):
        actions.change_customer(customer=customer, by=officer, version=2 * number + 1, name=f"Name {number}")
        actions.assign_customer(
            customer=customer, by=manager, version=2 * number + 2, assigned_to=[officer, None][number % 2]
        )
    client = signed_in(manager)
    with django_assert_num_queries(8):
        history_response(client, customer)


@pytest.mark.policy("65")
def test_history_is_for_managers_and_above(signed_in, officer, customer):
    refused = history_response(signed_in(officer), customer)
    assert refused.status_code == 403
    assert "Only managers and above" in refused.content.decode()


@pytest.mark.policy("65")
def test_a_hidden_record_shows_no_history(signed_in, executive, officer, customer):
    incident = factories.incident(by=officer, customer=customer)
    assert history_response(signed_in(executive), incident).status_code == 404


@pytest.mark.parametrize(
    "path", ["/incidents/{}/history/", "/anything/{}/history/", "/talks/TLK-2026-0001/history/"]
)
def test_history_is_at_the_records_own_address_alone(signed_in, manager, customer, path):
    assert signed_in(manager).get(path.format(customer.reference)).status_code == 404


def test_every_record_with_a_page_has_a_history():
    assert {"CUS", "INC", "DEC", "RES", "LET", "EVI"} <= models_by_prefix().keys()


def test_history_says_terms_and_links_in_words(signed_in, officer, manager, customer):
    incident = factories.incident(by=officer, customer=customer)
    decision = factories.decision(by=manager, incidents=[incident])
    restriction = factories.restriction(by=manager, decision=decision)
    response = history_response(signed_in(manager), restriction)
    first = changed_answers(response)[-1][1]
    assert first["Kind"] == ("", "Phone closed")
    assert first["Terms"][1].startswith("Closed: Phone\nOpen: ")
    assert first["Decision"] == ("", decision.full_title)
    assert first["Incidents it rests on"] == ("", incident.full_title)
    assert "{" not in "".join(after for _, after in first.values())
