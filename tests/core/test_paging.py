import contextlib

import pytest
from django.db import transaction
from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cha_engagement.core.paging import BadCursor, paginate, write_cursor
from cha_engagement.customers.models import Customer
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def request(query=""):
    return RequestFactory().get(f"/{query}")


@pytest.fixture
def seven_customers(officer):
    return [factories.customer(by=officer, name=name) for name in "ABCACBA"]


def read_all_pages(ordering, size=2):
    rows, query = [], ""
    while True:
        page = paginate(request(query), Customer.objects.all(), ordering, size=size)
        rows += page.rows
        if not page.next_url:
            return rows
        query = page.next_url


@pytest.mark.parametrize("ordering", [("-pk",), ("name", "-pk"), ("-name", "pk"), ("-created_at", "-pk")])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 8])
def test_every_row_comes_once_and_in_order(seven_customers, ordering, size):
    assert read_all_pages(ordering, size) == list(Customer.objects.order_by(*ordering))


def test_other_filters_stay_in_the_address(seven_customers):
    page = paginate(request("?q=x"), Customer.objects.all(), ("-pk",), size=2)
    assert page.next_url.startswith("?q=x&after=")
    assert paginate(request(page.next_url), Customer.objects.all(), ("-pk",), size=2).first_url == "?q=x"


def test_the_next_page_counts_nothing_and_skips_nothing(seven_customers, django_assert_num_queries):
    page = paginate(request(), Customer.objects.all(), ("-created_at", "-pk"), size=2)
    with django_assert_num_queries(1) as queries:
        paginate(request(page.next_url), Customer.objects.all(), ("-created_at", "-pk"), size=2)
    sql = queries.captured_queries[0]["sql"].upper()
    assert "COUNT(" not in sql
    assert "OFFSET" not in sql


@pytest.mark.parametrize("moment", ["2026-01-01T00:00:00+17:00", "0001-01-01T00:00:00+23:59"])
def test_a_moment_that_no_clock_shows_is_a_bad_request_or_a_page(seven_customers, moment):
    with contextlib.suppress(BadCursor), transaction.atomic():
        paginate(
            request(f"?after={write_cursor([moment, 1])}"), Customer.objects.all(), ("-created_at", "-pk")
        )
    assert Customer.objects.count() == 7


@given(
    cursor=st.one_of(
        st.text(), st.lists(st.one_of(st.text(), st.integers(), st.none(), st.floats())).map(write_cursor)
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
def test_an_address_we_did_not_write_is_a_bad_request_or_a_page(cursor):
    page_request = request()
    page_request.GET = page_request.GET.copy()
    page_request.GET["after"] = cursor
    with contextlib.suppress(BadCursor):
        paginate(page_request, Customer.objects.all(), ("-created_at", "-pk"), size=2)
