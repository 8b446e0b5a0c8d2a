import pytest
from django.db import connection

from cha_engagement.core import table_statistics
from tests import factories

pytestmark = pytest.mark.database


@pytest.mark.django_db
def test_sqlite_knows_how_rows_are_spread_and_postgresql_is_left_to_itself():
    factories.staff("officer", "Officer")
    with connection.execute_wrapper(
        lambda execute, sql, *rest: statements.append(sql) or execute(sql, *rest)
    ):
        statements = []
        table_statistics.refresh_statistics()
    assert bool(statements) == (connection.vendor == "sqlite")
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT idx FROM sqlite_stat1 WHERE tbl = 'staff_staffmember'")
            assert ("one_account_a_username",) in cursor.fetchall()
