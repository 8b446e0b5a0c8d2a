"""The list of customers says what applies to each in the words of the line below their name."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cha_engagement.customers import actions as customers
from cha_engagement.organisation.calendar import today
from incidents.enums import Category
from tests.pages.conftest import log_appeal

from .. import factories

pytestmark = [pytest.mark.django_db, pytest.mark.database]

LETTERS_ONLY = {"closed": ["phone", "email"], "open": ["letter"]}


@pytest.fixture
def begin_case(officer, manager):
    """Return a function that begins a case about a customer of this name and returns its decision."""

    def begin(name):
        customer = factories.customer(by=officer, name=name)
        held = factories.incident(by=officer, customer=customer, saw_only=True)
        return factories.decision(by=manager, incidents=[held])

    return begin


def test_the_list_says_what_the_line_on_each_page_says(signed_in, officer, manager, begin_case):
    ends = {"ends_on": today() + timedelta(days=130)}
    factories.restriction(by=manager, decision=begin_case("Ann"), **ends)
    factories.restriction(by=manager, decision=begin_case("Bea"), terms=LETTERS_ONLY)
    deputy = factories.staff("deputy", "Officer")
    factories.restriction(
        by=manager,
        decision=begin_case("Cal"),
        **factories.named_contact_facts(officer, deputy, "letter", "phone"),
    )
    log_appeal(factories.restriction(by=manager, decision=begin_case("Dan")), by=officer)
    factories.restriction(by=manager, decision=begin_case("Eve"), begins="when_told")
    threat = factories.incident(
        by=officer, customer=factories.customer(by=officer, name="Flo"), categories=[Category.OTHER_THREAT]
    )
    factories.interim_measure(by=manager, incidents=[threat])
    died = {"deceased_on": today(), "death_source": "His sister rang us."}
    gone = factories.customer(by=officer, name="Gil")
    customers.change_customer(customer=gone, by=manager, version=None, **died)
    factories.customer(by=officer, name="Hal")
    client = signed_in(officer)
    client.get("/customers/")
    with CaptureQueriesContext(connection) as queries:
        rows = client.get("/customers/").context["page"].rows
    assert len(queries) <= 9
    pages = [client.get(row.get_absolute_url()).context["card"].short_summary for row in rows]
    lines = [row.what_applies for row in rows]
    assert lines.pop(5) == "Speak to a manager first · interim measure"
    assert pages.pop(5).startswith("Speak to a manager first · interim measure to ")
    assert lines == pages
    assert len({*lines}) == len(rows) - 1 == 7
    assert lines[0].startswith("Phone closed to ")
    assert lines[2].endswith(f" · through {officer}")
    assert lines[3].endswith(" · appeal being heard")
