import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cha_engagement.core.paging import PAGE_SIZE
from cha_engagement.customers import actions, queries
from cha_engagement.customers.enums import Channel, Format, Relationship
from cha_engagement.customers.models import Adjustment, Customer, Signposting
from cha_engagement.organisation.models import AdviceOrganisation
from tests import factories

pytestmark = pytest.mark.django_db


def details(**changes):
    return {
        "submission": str(uuid.uuid4()),
        "name": "Hamish MacDonald",
        "relationship": Relationship.TENANT,
        "preferred_format": Format.STANDARD,
    } | changes


def errors(response):
    return {name: list(sentences) for name, sentences in response.context["form"].errors.items()}


@pytest.mark.policy("3")
@pytest.mark.parametrize(
    "relationship",
    [
        "tenant",
        "service_user",
        "sales_agent",
        "stakeholder",
        "contractor",
        "advocate",
        "elected_representative",
    ],
)
def test_anybody_who_engages_can_be_added(signed_in, officer, relationship):
    answer = signed_in(officer).post(
        "/customers/new/", details(relationship=relationship, is_organisation="on")
    )
    customer = Customer.objects.get()
    assert answer.headers["Location"] == customer.get_absolute_url()
    assert (customer.relationship, customer.is_organisation) == (relationship, True)


@pytest.mark.policy("9")
def test_what_is_typed_is_what_is_kept(signed_in, officer, customer):
    typed = details(
        phones=" 0141 496 0000 \n\n07700 900123\n0141 496 0000",
        emails="hamish@home.example",
        online_handles="@hamish",
        accessibility_needs="Low vision.",
        needs=["no_internet", "fears_visits"],
        needs_note_no_internet="Her son reads emails to her.",
        needs_note_no_phone="Dropped with its tick.",
        needs_confirmed_with="customer",
        needs_confirmed_how="phone",
        preferred_format=Format.LARGE_PRINT,
        household_of=customer.reference.lower(),
    )
    signed_in(officer).post("/customers/new/", typed)
    kept = Customer.objects.get(name="Hamish MacDonald")
    assert kept.phones == ["0141 496 0000", "07700 900123"]
    assert (kept.emails, kept.online_handles) == (["hamish@home.example"], ["@hamish"])
    assert (kept.cannot_use, kept.accessibility_needs) == (
        [Channel.HOME_VISIT, Channel.EMAIL, Channel.ONLINE_FORM],
        "Low vision.",
    )
    assert queries.notes_by_need(kept) == {
        "no_internet": "Her son reads emails to her.",
        "fears_visits": "",
    }
    assert (kept.preferred_format, kept.household_of) == (Format.LARGE_PRINT, customer)


TOMORROW = (timezone.localdate() + timedelta(days=2)).isoformat()


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", ""),
        ("name", "x" * 201),
        ("phones", "0141 496 0000\nnever"),
        ("phones", "\n".join(f"0141 496 {n:04}" for n in range(21))),
        ("emails", "hamish at home"),
        ("online_handles", "x" * 201),
        ("relationship", "friend"),
        ("needs", ["cannot_hear", "cannot_write", "cannot_travel"]),
        ("needs", ["pigeon"]),
        ("household_of", "CUS-1999-0001"),
        ("speaks_for", "Órla"),
        ("speaks_for", "\0"),
        ("tenancy_ended_on", TOMORROW),
        ("deceased_on", TOMORROW),
        ("deceased_on", "31/02/2026"),
        ("address", "a\0b"),
    ],
)
def test_what_will_not_do_gets_a_sentence_and_loses_nothing(signed_in, officer, field, typed):
    answer = signed_in(officer).post(
        "/customers/new/",
        details(**{"known_as": "Hamish of the hill", "needs_confirmed_with": "nobody", field: typed}),
    )
    assert answer.status_code == 422
    assert list(errors(answer)) == [field]
    assert "Hamish of the hill" in answer.content.decode()
    assert not Customer.objects.exists()


def test_a_form_sent_twice_adds_one(signed_in, officer):
    form = details()
    client = signed_in(officer)
    assert client.post("/customers/new/", form).headers == client.post("/customers/new/", form).headers
    assert Customer.objects.count() == 1


def test_a_change_form_shows_what_is_kept_and_changes_it(signed_in, officer, customer):
    url = reverse("customer_edit", args=[customer.reference])
    client = signed_in(officer)
    signed_in(officer).post(url, details(version=1, phones="0141 496 0000"))
    shown = client.get(url).content.decode()
    assert "0141 496 0000" in shown
    customer.refresh_from_db()
    assert (customer.name, customer.version) == ("Hamish MacDonald", 2)


@pytest.mark.beyond("B5")
def test_a_name_that_stands_for_others_too_is_refused_beside_it(signed_in, officer, customer):
    url, name = reverse("customer_edit", args=[customer.reference]), "Hamish and all who live with him"
    answer = signed_in(officer).post(url, details(version=1, name=name, known_as="Big Hamish"))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["name"])
    assert "Big Hamish" in answer.content.decode()
    assert Customer.objects.get().name == customer.name


def test_who_comes_second_sees_what_both_typed(signed_in, officer, customer):
    actions.change_customer(
        customer=customer, by=officer, version=1, name="Orla Burns", phones=["0141 496 0001"]
    )
    url = reverse("customer_edit", args=[customer.reference])
    answer = signed_in(officer).post(url, details(version=1, phones="0141 496 0002"))
    assert answer.status_code == 409
    for text in ("Orla Burns", "Hamish MacDonald", "0141 496 0001", "0141 496 0002"):
        assert text in answer.content.decode()


@pytest.mark.policy("9")
def test_an_adjustment_is_recorded_and_ended(signed_in, officer, customer):
    client = signed_in(officer)
    today = timezone.localdate().isoformat()
    sent = {"submission": str(uuid.uuid4()), "what": "Text her first", "agreed_on": today}
    client.post(reverse("adjustment_agree", args=[customer.reference]), sent)
    adjustment = Adjustment.objects.get()
    assert "Text her first" in client.get(customer.get_absolute_url()).content.decode()
    url = reverse("adjustment_end", args=[customer.reference, adjustment.reference])
    assert client.get(url).status_code == 200
    assert client.post(url, {"version": 1, "ends_on": "2000-01-01"}).status_code == 422
    client.post(url, {"version": 1, "ends_on": today})
    adjustment.refresh_from_db()
    assert adjustment.ends_on == timezone.localdate()


@pytest.mark.policy("54")
@pytest.mark.beyond("B36")
def test_words_on_a_card_that_deny_a_right_are_refused_beside_their_field(signed_in, officer, customer):
    client = signed_in(officer)
    words = "Do not take complaints from her."
    url = reverse("adjustment_agree", args=[customer.reference])
    sent = {"submission": str(uuid.uuid4()), "what": words, "agreed_on": timezone.localdate()}
    page = client.post(url, sent)
    assert page.status_code == 422
    assert "Only “Limited use of the complaints process” limits complaints" in str(
        page.context["form"].errors["what"]
    )
    assert words in page.content.decode()
    assert not Adjustment.objects.exists()
    url = reverse("customer_edit", args=[customer.reference])
    form = client.get(url).context["form"]
    kept = {bound.html_name: bound.value() for bound in form if bound.value() not in (None, [])}
    page = client.post(
        url, kept | {"accessibility_needs": "She may not appeal.", "phones": "0141 496 0000, no complaints"}
    )
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"accessibility_needs", "phones"}


@pytest.mark.beyond("B36")
def test_words_on_a_card_that_name_a_way_of_contact_are_kept_and_pointed_out(signed_in, officer, customer):
    client = signed_in(officer)
    words = "Restricted: do not answer his phone calls."
    url = reverse("adjustment_agree", args=[customer.reference])
    sent = {"submission": str(uuid.uuid4()), "what": words, "agreed_on": timezone.localdate()}
    page = client.post(url, sent, follow=True).content.decode()
    assert "Only a restriction closes a way of contact" in page
    assert words in page


def test_an_adjustment_of_another_customer_is_not_there(signed_in, officer, customer):
    other = factories.customer(by=officer, name="Other")
    adjustment = actions.agree_adjustment(
        customer=other, by=officer, submission=uuid.uuid4(), what="Text her first"
    )
    url = reverse("adjustment_end", args=[customer.reference, adjustment.reference])
    assert signed_in(officer).get(url).status_code == 404


@pytest.mark.policy("8")
def test_it_is_recorded_whom_they_were_told_of(signed_in, officer, customer):
    advice = AdviceOrganisation.objects.create(name="Advice", helps_with="Money", contact="0141 496 0100")
    AdviceOrganisation.objects.create(name="Closed", helps_with="Money", contact="-", is_active=False)
    url = reverse("signpost", args=[customer.reference])
    client = signed_in(officer)
    assert "Closed" not in client.get(url).content.decode()
    client.post(url, {"submission": str(uuid.uuid4()), "organisation": advice.pk, "on": timezone.localdate()})
    assert Signposting.objects.get().organisation == advice
    assert "Told of Advice" in client.get(customer.get_absolute_url()).content.decode()


def test_the_list_can_be_filtered_to_ones_own(signed_in, officer, customer):
    factories.customer(by=officer, name="Mine", assigned_to=officer)
    client = signed_in(officer)
    assert [row.name for row in client.get("/customers/").context["page"].rows] == ["Mine", customer.name]
    assert [row.name for row in client.get("/customers/?assigned_to=me").context["page"].rows] == ["Mine"]


def test_an_empty_list_says_what_will_be_there(signed_in, officer):
    assert "Add the first one" in signed_in(officer).get("/customers/").content.decode()
    assert (
        "Nothing here with this filter"
        in signed_in(officer).get("/customers/?assigned_to=me").content.decode()
    )


@pytest.mark.parametrize("count", [1, PAGE_SIZE + 1])
def test_the_list_takes_the_same_few_queries_however_long(
    signed_in, officer, count, django_assert_num_queries
):
    for number in range(count):
        factories.customer(by=officer, name=f"Customer {number}", assigned_to=officer)
    client = signed_in(officer)
    with django_assert_num_queries(9):
        assert len(client.get("/customers/").context["page"].rows) == min(count, PAGE_SIZE)


def test_data_protection_reads_and_changes_nothing(signed_in, dpo, customer):
    client = signed_in(dpo)
    assert client.get("/customers/").status_code == 200
    refused = client.get(reverse("customer_edit", args=[customer.reference]))
    assert refused.status_code == 403
    assert "cannot change what is recorded about customers" in refused.content.decode()
    assert client.post("/customers/new/", details()).status_code == 403
    assert Customer.objects.count() == 1


@pytest.mark.policy("65")
def test_for_an_administrator_customers_are_not_there(signed_in, administrator, customer):
    client = signed_in(administrator)
    assert client.get("/customers/").status_code == 403
    for name in ("customer", "customer_card", "customer_edit", "adjustment_agree", "signpost"):
        assert client.get(reverse(name, args=[customer.reference])).status_code == 404
