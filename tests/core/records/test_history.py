"""The contract with django-simple-history: what core/records/history.py overrides and calls is as it was when that was written.

When a test here fails after an upgrade, read what the library changed, mend `history.py` if need be, and pin what is there now.
"""

import hashlib
import inspect

import pytest
from simple_history.manager import HistoryManager
from simple_history.models import HistoricalRecords, transform_field
from simple_history.signals import pre_create_historical_record
from simple_history.utils import get_change_reason_from_object

from cha_engagement.core.records import history
from incidents.models import Incident

SIGNATURES = {
    HistoricalRecords.finalize: "(self, sender, **kwargs)",
    HistoricalRecords.post_save: "(self, instance, created, using=None, **kwargs)",
    HistoricalRecords.pre_delete: "(self, instance, **kwargs)",
    HistoricalRecords.m2m_changed: "(self, instance, action, attr, pk_set, reverse, **_)",
    HistoricalRecords.create_historical_record: "(self, instance, history_type, using=None)",
    HistoricalRecords.create_historical_record_m2ms: "(self, history_instance, instance)",
    HistoryManager.from_queryset.__func__: "(cls, queryset_class, class_name=None)",
}
SOURCES = {
    HistoricalRecords.finalize: "d4eda4a3e9c8e9dc6c0d74bc917b53c1aa98b763c5f5fb79ed68e707632ec2f3",
    HistoricalRecords.add_extra_methods: "2b15e6a01665fa681a8e0aac4aa7c229971a285cc08417236a5986109d4e5dbd",
    HistoricalRecords.post_save: "27a8518b738cdb7eef02cff5c87f838d938a896767555c5617ee7bc7bc8a63b3",
    HistoricalRecords.post_delete: "8e7a5245f3065fb728b8451814cd85ce8f0b5d46333fbf5b59eb50a7a57bb3a3",
    HistoricalRecords.pre_delete: "40c6e9654f37ab0a55afd0c5f883e40347747f1e0fce68037902eca14be1e56e",
    HistoricalRecords.m2m_changed: "fe423f91ee9c418bcf64c7fada1946959a2676047d6ac9924184ca34d783621e",
    HistoricalRecords.create_historical_record: "7ac152c45e697b3453f8d65cc62ced575e09d39b12fbf78b924d4a2e78d921bd",
    HistoricalRecords.create_historical_record_m2ms: "0e4ccafe773df43052dcaf768dadfc9d0edf01fc506eecbd2607285f214d0e5f",
    HistoricalRecords.create_history_m2m_model: "2eeffcde57bfba394e1443201ce8433652a0b5c0ca1345aa8cf51faa5cc5918b",
    HistoricalRecords.get_history_user: "8d000300e44190b7626ab157020c5b46958f2edbedf26985152b25cc53b7c9c6",
    HistoricalRecords.get_change_reason_for_object: "0e2892e197ef3b187d8a671fb3de714a7115204d3ec277a5ac7cac30d3cb608e",
    HistoricalRecords.copy_fields: "11a28068aa2ad62a0c34c826693dbd208282376a892d22daf1e74b99df81dd69",
    get_change_reason_from_object: "d900baa6af78eda16a39be2365a2824cd2a6749fcfe3e8c48e0fa9e630939be8",
    transform_field: "9d7d7b2a8ddc364de2916fb031b265ea86038292438f789ba778cb1166419cac",
}
"""SHA-256 of what we replace whole, or rely on step by step."""


@pytest.mark.parametrize("method", SIGNATURES, ids=lambda method: method.__qualname__)
def test_what_we_override_or_call_takes_the_arguments_that_it_took(method):
    assert str(inspect.signature(method)) == SIGNATURES[method]


@pytest.mark.parametrize("method", SOURCES, ids=lambda method: method.__qualname__)
def test_what_we_rely_on_does_what_it_did(method):
    source = inspect.getsource(method)
    assert hashlib.sha256(source.encode()).hexdigest() == SOURCES[method], (
        f"{method.__qualname__} of django-simple-history has changed. Read it, see whether "
        "cha_engagement/core/records/history.py still does what it is meant to, and pin its new digest here."
    )


def test_a_history_can_be_inherited_and_has_a_base_and_a_manager_of_ours():
    parameters = inspect.signature(HistoricalRecords.__init__).parameters
    assert {"inherit", "bases", "history_manager"} <= parameters.keys()


def test_every_method_that_we_override_exists_in_the_library():
    ours = {name for name, value in vars(history.ChainedHistory).items() if inspect.isfunction(value)}
    added = {"pre_save"}
    assert {name for name in ours - added if not hasattr(HistoricalRecords, name)} == set()
    assert added.isdisjoint(dir(HistoricalRecords))


def test_the_library_says_of_a_history_what_we_read_of_it():
    rows = Incident.history.model
    assert rows.instance_type is Incident
    assert {field.name for field in rows._history_m2m_fields} == set(Incident._history_m2m_fields)
    assert set(rows._history_m2m_fields) <= Incident.history_writer.m2m_models.keys()
    fields = {field.name for field in rows._meta.get_fields()}
    assert {"history_id", "history_date", "history_user", "history_change_reason", "history_type"} <= fields


@pytest.mark.django_db
def test_a_row_is_numbered_and_sealed_before_it_is_stored(customer, officer):
    """The library tells of a row before it saves it, with all of its fields set."""
    rows = []

    def look(sender, instance, history_instance, **kwargs):
        rows.append((history_instance.pk, instance.pk, history_instance.name, history_instance.history_user))

    pre_create_historical_record.connect(look, sender=type(customer).history.model)
    try:
        history.append_row(customer, is_new=False, by=officer, reason="Looked at", event="look", links={})
    finally:
        pre_create_historical_record.disconnect(look, sender=type(customer).history.model)
    assert rows == [(None, customer.pk, customer.name, officer)]
    assert customer.history.latest("history_id").history_change_reason == "Looked at"


@pytest.mark.django_db
def test_the_class_of_a_history_s_manager_is_made_once(customer):
    assert type(customer.history) is type(customer.history)
