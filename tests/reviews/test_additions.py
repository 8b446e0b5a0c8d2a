"""A customer's additions to an appeal under way go to those who hear it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from cha_engagement.core.records import writing
from cha_engagement.core.refusals import Incomplete
from cha_engagement.evidence.models import Evidence
from cha_engagement.organisation.calendar import today
from cha_engagement.staff.models import Notice
from reviews.enums import AppealStatus, PassedTo
from reviews.models import Appeal
from reviews.rules.merging import check_same_customer

from .. import factories
from .test_views import appeal_form

pytestmark = [pytest.mark.django_db, pytest.mark.policy("22")]


@pytest.fixture
def form_url(customer):
    return reverse("appeal_new", args=[customer.reference])


def addition_form(appeal, **answers):
    form = {name: value for name, value in appeal_form(None).items() if name != "restrictions"}
    return form | {"passed_to": appeal.reference, "grounds": "My doctor wrote a letter."} | answers


def test_more_about_a_restriction_under_appeal_is_added_to_that_appeal(
    signed_in, officer, executive, acknowledged_appeal, form_url
):
    """The person who logs it need not be able to read the appeal."""
    colleague = factories.staff("colleague", "Officer")
    client = signed_in(colleague)
    page_text = client.get(form_url).content.decode()
    assert f"choose that it goes to {acknowledged_appeal}" in page_text
    assert f"To the appeal under way, {acknowledged_appeal}" in page_text
    form = addition_form(acknowledged_appeal, documents=[SimpleUploadedFile("doctor.txt", b"Dear all")])
    response = client.post(form_url, form, follow=True)
    assert f"Those who hear {acknowledged_appeal} have been told of this" in response.content.decode()
    client.post(form_url, form | {"documents": SimpleUploadedFile("doctor.txt", b"Dear all")})
    addition = Appeal.objects.get(added_to=acknowledged_appeal)
    assert (addition.status, addition.received_by) == (AppealStatus.PASSED_ON, colleague)
    assert Notice.objects.filter(
        recipient=executive, reference=acknowledged_appeal.reference, text__contains="added"
    ).exists()
    for url in (acknowledged_appeal.get_absolute_url(), f"{acknowledged_appeal.get_absolute_url()}decide/"):
        page_text = signed_in(executive).get(url).content.decode()
        assert "My doctor wrote a letter." in page_text
        assert "doctor.txt" in page_text


def test_those_who_hear_an_appeal_read_documents_added_to_it(
    signed_in, officer, executive, acknowledged_appeal, form_url
):
    form = addition_form(acknowledged_appeal, documents=[SimpleUploadedFile("doctor.txt", b"Dear all")])
    signed_in(officer).post(form_url, form)
    document = Evidence.objects.get()
    assert signed_in(executive).get(document.get_absolute_url()).status_code == 200


def test_nothing_is_added_to_a_decided_appeal_and_what_was_typed_is_kept(
    signed_in, officer, acknowledged_appeal, decide_appeal, form_url
):
    form = addition_form(acknowledged_appeal)
    decide_appeal(acknowledged_appeal)
    response = signed_in(officer).post(form_url, form)
    assert response.context["form"].errors["passed_to"] == [
        "That appeal is not under way any more. Choose where this goes instead."
    ]
    assert "My doctor wrote a letter." in response.content.decode()


def test_the_action_refuses_to_add_to_an_ended_or_another_customers_appeal(
    log_appeal, acknowledged_appeal, decide_appeal, officer
):
    decided = decide_appeal(acknowledged_appeal)
    for other in (decided, log_appeal(unrelated_restriction(officer))):
        with pytest.raises(Incomplete, match="is not under way any more"):
            log_appeal(passed_to=PassedTo.APPEAL, added_to=other)


def unrelated_restriction(officer):
    other = factories.customer(by=officer, name="Neighbour")
    manager = factories.staff("another", "Manager")
    incident = factories.incident(by=officer, customer=other)
    return factories.restriction(by=manager, decision=factories.decision(by=manager, incidents=[incident]))


@pytest.mark.database
def test_the_database_requires_an_addition_to_name_its_appeal(log_appeal, acknowledged_appeal, officer):
    addition = log_appeal(passed_to=PassedTo.APPEAL, added_to=acknowledged_appeal)
    with pytest.raises(IntegrityError), transaction.atomic():
        writing.save_record(addition, by=officer, reason="By hand", added_to=None)


@pytest.mark.beyond("B5")
def test_an_addition_to_anothers_appeal_keeps_merged_customers_together(
    log_appeal, acknowledged_appeal, customer, officer
):
    log_appeal(passed_to=PassedTo.APPEAL, added_to=acknowledged_appeal)
    assert check_same_customer(customer) == []
    other = factories.customer(by=officer, name="Neighbour")
    addition = Appeal.objects.get(added_to=acknowledged_appeal)
    writing.save_record(addition, by=officer, reason="As after a parting", customer=other)
    (refusal,) = check_same_customer(other)
    assert addition.reference in refusal.sentence


def test_adding_is_offered_for_an_appeal_under_way_alone(signed_in, officer, restriction, form_url):
    assert "To the appeal under way" not in signed_in(officer).get(form_url).content.decode()


def test_an_addition_has_no_day_to_work_to(log_appeal, acknowledged_appeal):
    addition = log_appeal(passed_to=PassedTo.APPEAL, added_to=acknowledged_appeal)
    assert (addition.next_day, addition.received_on) == (None, today())
