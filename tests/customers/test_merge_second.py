"""A second manager confirms a merge by which what was decided about one binds another. Beyond the policy: B16."""

import uuid

import pytest

from cha_engagement.core.refusals import Incomplete
from cha_engagement.customers import actions
from cha_engagement.customers.models import Merge
from tests import factories
from tests.desks import task_rows

pytestmark = [pytest.mark.django_db, pytest.mark.beyond("B16")]


@pytest.fixture
def another():
    return factories.staff("another", "Manager")


@pytest.fixture
def pair(officer, customer):
    return customer, factories.customer(by=officer, name="Peter Lennox")


def merge(pair, by):
    for customer in pair:
        customer.refresh_from_db()
    kept, other = pair
    return actions.merge_customers(
        kept=kept, other=other, by=by, submission=uuid.uuid4(), why="The same phone."
    )


def ask(pair, by):
    kept, other = pair
    return actions.ask_merge(kept=kept, other=other, by=by, why="The same phone.")


def test_two_names_are_merged_once_a_second_manager_confirms_it(pair, manager, another):
    with pytest.raises(Incomplete, match="Another Example"):
        merge(pair, manager)
    ask(pair, manager)
    assert not task_rows(manager, "customer.merge")
    assert [row["reference"] for row in task_rows(another, "customer.merge")] == [pair[0].reference]
    with pytest.raises(Incomplete):
        merge(pair, manager)
    assert merge(pair, another).merged == pair[1]
    assert not task_rows(another, "customer.merge")


def test_what_was_decided_about_either_needs_a_second_manager(officer, manager, customer, another):
    same = factories.customer(by=officer)
    incident = factories.incident(by=officer, customer=same)
    factories.restriction(by=manager, decision=factories.decision(by=manager, incidents=[incident]))
    for pair in ((customer, same), (same, customer)):
        with pytest.raises(Incomplete):
            merge(pair, manager)


def test_one_name_without_a_decision_and_whoever_is_alone_need_nobody(
    officer, manager, customer, pair, another
):
    assert merge((customer, factories.customer(by=officer)), manager)
    factories.is_away(another)
    assert merge(pair, manager)


def test_the_page_asks_and_a_second_manager_answers_there(pair, manager, another, signed_in):
    kept, other = pair
    url = f"{kept.get_absolute_url()}merge/"
    typed = {
        "submission": str(uuid.uuid4()),
        "kept_version": kept.version,
        "other_version": other.version,
        "take_name": kept.reference,
        "why": "The same phone.",
    }
    assert "Ask another manager" in signed_in(manager).get(f"{url}?other={other}").content.decode()
    assert signed_in(manager).post(f"{url}?other={other}", typed).status_code == 302
    assert not Merge.objects.exists()
    kept.refresh_from_db()
    page = signed_in(another).get(url).content.decode()
    assert "The same phone." in page
    typed |= {"kept_version": kept.version, "are_same": "no", "why": "They are cousins."}
    assert signed_in(another).post(url, typed).status_code == 302
    assert not task_rows(another, "customer.merge")
    assert not Merge.objects.exists()
