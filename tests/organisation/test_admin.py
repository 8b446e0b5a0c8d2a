import pytest
from django.urls import reverse

from cha_engagement.organisation.models import AdviceOrganisation, Organisation

pytestmark = pytest.mark.django_db

DETAILS = "/admin/organisation/organisation/"
ADVICE = "/admin/organisation/adviceorganisation/"


@pytest.fixture
def client(administrator, signed_in):
    return signed_in(administrator)


def details(client, **changes):
    form = client.get(
        f"{DETAILS}add/" if not Organisation.objects.exists() else f"{DETAILS}1/change/"
    ).context
    initial = {name: bound.value() for name, bound in ((b.name, b) for b in form["adminform"].form)}
    return {name: "" if value is None else value for name, value in initial.items()} | changes


def test_an_administrator_fills_in_the_associations_details_once(client):
    assert client.post(f"{DETAILS}add/", details(client, name="Lochside Homes")).status_code == 302
    assert Organisation.current().name == "Lochside Homes"
    assert client.get(f"{DETAILS}add/").status_code == 403


def test_what_is_changed_holds_at_once_and_is_kept_with_who_and_what_it_said_before(
    client, organisation, administrator
):
    client.post(f"{DETAILS}1/change/", details(client, review_months=6))
    assert Organisation.current().review_months == 6
    page = client.get(f"{DETAILS}1/history/").content.decode()
    assert "Months between reviews:</strong> 3 → 6" in page
    assert "Admin Example" in page


def test_an_advice_organisation_is_added_and_no_longer_offered_but_never_deleted(client):
    typed = {"name": "Calm Waters", "helps_with": "Listening", "contact": "0800 496 0120", "is_active": "on"}
    client.post(f"{ADVICE}add/", typed)
    advice = AdviceOrganisation.objects.get()
    client.post(f"{ADVICE}{advice.pk}/change/", typed | {"is_active": ""})
    advice.refresh_from_db()
    assert not advice.is_active
    assert client.post(f"{ADVICE}{advice.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post(ADVICE, {"action": "delete_selected", "_selected_action": [advice.pk], "post": "yes"})
    assert AdviceOrganisation.objects.exists()


def test_the_lists_take_as_many_queries_for_thirty_as_for_one(client, django_assert_max_num_queries):
    for number in range(30):
        AdviceOrganisation.objects.create(name=f"Advice {number}", helps_with="Advice", contact="0800")
    with django_assert_max_num_queries(10):
        client.get(ADVICE)


def test_the_menu_leads_there(client):
    assert (
        reverse("admin:index") in client.get(reverse("account_change_password"), follow=True).content.decode()
    )
