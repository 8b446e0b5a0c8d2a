import pytest
from django.apps import apps
from django.db import transaction

from cha_engagement.core.records import ChainedRecord
from cha_engagement.customers.models import Customer

RECORDS = [model for model in apps.get_models() if issubclass(model, ChainedRecord)]


@pytest.mark.django_db
@pytest.mark.parametrize("model", RECORDS)
def test_no_queryset_of_a_record_writes_past_its_history(model):
    for manager in model._meta.managers:
        rows = manager.all()
        for write in (
            lambda rows=rows: rows.update(pk=1),
            rows.delete,
            lambda rows=rows: rows.bulk_create([model()]),
            lambda rows=rows: rows.bulk_update([], ["pk"]),
        ):
            with pytest.raises(RuntimeError, match=r"objects\.\w+ keeps no history"):
                write()


@pytest.mark.django_db
def test_saving_a_record_past_its_history_is_refused_before_anything_is_written(customer):
    customer.name = "Somebody Else"
    with pytest.raises(RuntimeError, match="Customer is written through"):
        customer.save()
    assert Customer.objects.get().name != "Somebody Else"


@pytest.mark.django_db
def test_a_record_made_past_its_history_is_not_there():
    with pytest.raises(RuntimeError, match="Customer is written through"):
        Customer.objects.create(name="Ann Example")
    assert not Customer.objects.exists()


@pytest.mark.django_db
def test_deleting_a_record_past_its_history_is_refused(customer):
    with pytest.raises(RuntimeError, match="Customer is written through"), transaction.atomic():
        customer.delete()
    assert Customer.objects.exists()
