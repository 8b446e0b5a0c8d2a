import pytest
from django.test import Client

from cha_engagement.organisation.models import Organisation

from . import factories


@pytest.fixture(autouse=True)
def files_of_this_test(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def organisation(db):
    return Organisation.objects.create(
        pk=1,
        name="Lochside Homes",
        address="1 Pier Road\nLochside\nG00 0AA",
        phone="0141 496 0000",
        emergency_phone="0800 496 0001",
        email="hello@lochside.example",
        ombudsman_name="Scottish Public Services Ombudsman",
        ombudsman_contact="Phone 0800 377 7330",
        complaints_contact="complaints@lochside.example",
    )


@pytest.fixture
def officer(db):
    return factories.staff("officer", "Officer")


@pytest.fixture
def manager(db):
    return factories.staff("manager", "Manager")


@pytest.fixture
def management(db):
    return factories.staff("management", "Manager", "Management Team")


@pytest.fixture
def executive(db):
    return factories.staff("executive", "Executive Team")


@pytest.fixture
def dpo(db):
    return factories.staff("dpo", "Data Protection")


@pytest.fixture
def administrator(db):
    return factories.staff("admin", "Administrator")


@pytest.fixture
def customer(officer):
    return factories.customer(by=officer)


@pytest.fixture
def signed_in():
    """`signed_in(user)` is a client of theirs."""

    def client(user):
        client = Client()
        client.force_login(user)
        return client

    return client
