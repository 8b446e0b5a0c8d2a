import pytest
from django.db import IntegrityError, transaction

from cha_engagement.organisation.models import Organisation

pytestmark = pytest.mark.django_db


def test_before_anybody_has_filled_it_in_the_association_has_the_usual_intervals():
    assert Organisation.current().review_months == 3
    assert not Organisation.objects.exists()


def test_what_was_filled_in_is_what_counts(organisation):
    assert Organisation.current() == organisation


@pytest.mark.database
def test_there_is_one_association(organisation):
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.create(pk=2)
