from importlib import import_module

import pytest
from django.apps import apps

from cha_engagement.customers.models import LookupKey
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_who_was_recorded_before_is_found_by_their_house(officer):
    customer = factories.customer(by=officer, address="12 Kelp Street\nLochside")
    known = set(customer.lookup_keys.values_list("kind", "key"))
    LookupKey.objects.filter(key="12kelp").delete()
    for _ in range(2):
        import_module("cha_engagement.customers.migrations.0004_houses").keep_houses(apps, None)
    assert set(customer.lookup_keys.values_list("kind", "key")) == known
