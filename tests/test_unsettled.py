"""What is kept in mind until it is followed up."""

from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations import RunSQL

from cha_engagement.unsettled import Unsettled

pytestmark = pytest.mark.database

FILLED = {
    "incidents.incident": "incidents.migrations.0010_along_an_index",
    "restrictions.restriction": "restrictions.migrations.0011_along_an_index",
    "reviews.review": "reviews.migrations.0004_along_an_index",
    "reviews.appeal": "reviews.migrations.0004_along_an_index",
}


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "module"), FILLED.items())
def test_what_a_migration_keeps_in_mind_goes_when_it_is_reversed(kind, module):
    """It could not be run forward again beside what it had left."""
    Unsettled.objects.create(kind=kind, record=1)
    Unsettled.objects.create(kind="letters.letter", record=1)
    [step] = [
        one
        for one in import_module(module).Migration.operations
        if isinstance(one, RunSQL) and f"'{kind}'" in one.sql
    ]
    with connection.cursor() as cursor:
        if step.reverse_sql:
            cursor.execute(step.reverse_sql)
        cursor.execute(step.sql)
    assert list(Unsettled.objects.values_list("kind", flat=True)) == ["letters.letter"]
