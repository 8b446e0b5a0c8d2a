"""S17: nothing of the demonstration is served to real people."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from cha_engagement.staff.checks import DEMO_PASSWORD, refuse_unsafe_start, report_production_faults

from .. import factories

pytestmark = pytest.mark.django_db

ACCOUNTS = "accounts of the demonstration"


@pytest.fixture
def production(settings, tmp_path):
    settings.ENVIRONMENT, settings.DATA_DIR = "production", tmp_path


def account(**answers):
    return factories.staff("officer", "Officer", **{"email": "officer@association.example", **answers})


def test_with_accounts_of_its_own_it_starts(production):
    account()
    refuse_unsafe_start()


@pytest.mark.parametrize("address", ["officer@lochside.example", "OFFICER@LOCHSIDE.EXAMPLE"])
def test_with_somebody_of_the_demonstration_it_does_not_start(production, address):
    account(email=address, is_active=False)
    with pytest.raises(ImproperlyConfigured, match=ACCOUNTS):
        refuse_unsafe_start()
    assert ACCOUNTS in report_production_faults()[0].msg


def test_with_the_password_that_everybody_knows_it_does_not_start(production):
    officer = account()
    officer.set_password(DEMO_PASSWORD)
    officer.save()
    with pytest.raises(ImproperlyConfigured, match=ACCOUNTS):
        refuse_unsafe_start()


def test_it_does_not_start_with_debugging_on(production, settings):
    settings.DEBUG = True
    with pytest.raises(ImproperlyConfigured, match="DEBUG"):
        refuse_unsafe_start()


def test_the_demonstration_itself_starts(settings):
    settings.ENVIRONMENT = "demo"
    account(email="officer@lochside.example")
    refuse_unsafe_start()
