"""What a customer adds to an appeal under way goes to those who hear it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from cha_engagement.core.records import writing
from cha_engagement.core.refusals import Incomplete
from cha_engagement.evidence.models import Evidence
from cha_engagement.organisation.calendar import today
from cha_engagement.staff.models import Notice
from reviews.models import Appeal
from reviews.rules.merging import check_same_customer

from .. import factories
from .test_views import appeal_form

pytestmark = [pytest.mark.django_db, pytest.mark.policy("22")]


@pytest.fixture
def page(customer):
    return reverse("appeal_new", args=[customer.reference])


def added(appeal, **answers):
    form = {name: value for name, value in appeal_form(None).items() if name != "restrictions"}
    return form | {"passed_to": appeal.reference, "grounds": "My doctor wrote a letter."} | answers


def test_what_comes_about_a_restriction_under_appeal_is_added_to_that_appeal(
    signed_in, officer, executive, acknowledged, page
):
    """Whoever logs it need not be able to read the appeal."""
    colleague = factories.staff("colleague", "Officer")
    client = signed_in(colleague)
    shown = client.get(page).content.decode()
    assert f"choose that it goes to {acknowledged}" in shown
    assert f"To the appeal under way, {acknowledged}" in shown
    form = added(acknowledged, documents=[SimpleUploadedFile("doctor.txt", b"Dear all")])
    answer = client.post(page, form, follow=True)
    assert f"Those who hear {acknowledged} have been told of this" in answer.content.decode()
    client.post(page, form | {"documents": SimpleUploadedFile("doctor.txt", b"Dear all")})
    addition = Appeal.objects.get(added_to=acknowledged)
    assert (addition.status, addition.received_by) == ("passed_on", colleague)
    assert Notice.objects.filter(
        recipient=executive, reference=acknowledged.reference, text__contains="added"
    ).exists()
    for read in (acknowledged.get_absolute_url(), f"{acknowledged.get_absolute_url()}decide/"):
        shown = signed_in(executive).get(read).content.decode()
        assert "My doctor wrote a letter." in shown
        assert "doctor.txt" in shown


def test_those_who_hear_it_read_the_documents_that_were_added(
    signed_in, officer, executive, acknowledged, page
):
    form = added(acknowledged, documents=[SimpleUploadedFile("doctor.txt", b"Dear all")])
    signed_in(officer).post(page, form)
    document = Evidence.objects.get()
    assert signed_in(executive).get(document.get_absolute_url()).status_code == 200


def test_it_is_not_added_to_one_that_was_decided_meanwhile_and_nothing_typed_is_lost(
    signed_in, officer, acknowledged, decide, page
):
    form = added(acknowledged)
    decide(acknowledged)
    answer = signed_in(officer).post(page, form)
    assert answer.context["form"].errors["passed_to"] == [
        "That appeal is not under way any more. Choose where this goes instead."
    ]
    assert "My doctor wrote a letter." in answer.content.decode()


def test_the_verb_refuses_one_that_is_over_or_anothers(log, acknowledged, decide, officer):
    decided = decide(acknowledged)
    for other in (decided, log(customer_of_their_own(officer))):
        with pytest.raises(Incomplete, match="is not under way any more"):
            log(passed_to="appeal", added_to=other)


def customer_of_their_own(officer):
    other = factories.customer(by=officer, name="Neighbour")
    manager = factories.staff("another", "Manager")
    incident = factories.incident(by=officer, customer=other)
    return factories.restriction(by=manager, decision=factories.decision(by=manager, incidents=[incident]))


@pytest.mark.database
def test_the_database_holds_that_it_says_to_which(log, acknowledged, officer):
    addition = log(passed_to="appeal", added_to=acknowledged)
    with pytest.raises(IntegrityError), transaction.atomic():
        writing.save_record(addition, by=officer, reason="By hand", added_to=None)


@pytest.mark.beyond("B5")
def test_what_was_added_keeps_two_customers_from_being_parted(log, acknowledged, customer, officer):
    log(passed_to="appeal", added_to=acknowledged)
    assert check_same_customer(customer) is None
    other = factories.customer(by=officer, name="Neighbour")
    addition = Appeal.objects.get(added_to=acknowledged)
    writing.save_record(addition, by=officer, reason="As after a parting", customer=other)
    assert addition.reference in check_same_customer(other).sentence


def test_it_is_offered_for_an_appeal_under_way_alone(signed_in, officer, restriction, page):
    assert "To the appeal under way" not in signed_in(officer).get(page).content.decode()


def test_what_was_added_is_no_ones_task(log, acknowledged):
    addition = log(passed_to="appeal", added_to=acknowledged)
    assert (addition.next_day, addition.received_on) == (None, today())
