import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from lxml import html

from cha_engagement.organisation.models import INTERVAL_LIMITS, AdviceOrganisation, Organisation

from ..staff.test_admin import words
from .seen import save_seen

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
    typed = (bound for bound in form["adminform"].form if bound.name != "logo")
    initial = {bound.name: bound.value() for bound in typed}
    return {name: "" if value is None else value for name, value in initial.items()} | changes


def test_an_administrator_fills_in_the_associations_details_once(client):
    assert save_seen(client, f"{DETAILS}add/", details(client, name="Lochside Homes")).status_code == 302
    assert Organisation.current().name == "Lochside Homes"
    assert client.get(f"{DETAILS}add/").status_code == 403


def test_a_change_holds_at_once_and_history_keeps_who_made_it_and_the_old_text(
    client, organisation, administrator
):
    save_seen(client, f"{DETAILS}1/change/", details(client, review_months=6))
    assert Organisation.current().review_months == 6
    page = words(client.get(f"{DETAILS}1/history/"))
    assert "Months between reviews Before: 3 After: 6" in page
    assert "Admin Example" in page


def test_an_advice_organisation_is_added_and_no_longer_offered_but_never_deleted(client):
    typed = {"name": "Calm Waters", "helps_with": "Listening", "contact": "0800 496 0120", "is_active": "on"}
    save_seen(client, f"{ADVICE}add/", typed)
    advice = AdviceOrganisation.objects.get()
    save_seen(client, f"{ADVICE}{advice.pk}/change/", typed | {"is_active": ""})
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


def test_what_has_one_row_is_opened_at_once(client):
    """The association has one name: no list of one stands before it, and going back from it leads to all lists."""
    path = f"{DETAILS}add/"
    assert client.get(DETAILS).headers["Location"] == path
    save_seen(client, path, details(client, name="Lochside Homes"))
    assert client.get(DETAILS).headers["Location"] == f"{DETAILS}1/change/"
    page = html.fromstring(client.get(f"{DETAILS}1/change/").content)
    assert page.xpath("//*[@aria-label='Back']/a/@href") == [reverse("admin:index")]


def test_the_first_page_leads_to_all_lists_and_says_what_each_is_for(client):
    page = html.fromstring(client.get(reverse("admin:index")).content)
    items = page.xpath("//main//li")
    assert len(items) == 7
    assert all(item.xpath(".//p")[0].text_content() for item in items)


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/admin/staff/staffmember/", "Add a member of staff"),
        (ADVICE, "Add an advice organisation"),
        ("/admin/organisation/standardtext/", "Add a standard paragraph of letters"),
    ],
)
def test_what_is_added_is_named_as_people_say_it(client, path, title):
    assert title in words(client.get(path))
    assert html.fromstring(client.get(f"{path}add/").content).xpath("string(//h1)").strip() == title


def test_the_menu_leads_there(client):
    assert (
        reverse("admin:index") in client.get(reverse("account_change_password"), follow=True).content.decode()
    )


def test_each_page_leads_to_its_place_in_the_guide(client):
    for path in (reverse("admin:index"), reverse("admin:organisation_organisation_changelist")):
        page = client.get(path, follow=True).content.decode()
        assert 'href="/guide/administrator/">Help with this page</a>' in page


@pytest.mark.parametrize("name", INTERVAL_LIMITS)
def test_an_interval_that_makes_no_sense_is_refused_beside_its_field(client, organisation, name):
    least, most = INTERVAL_LIMITS[name]
    for wrong, sentence in ((least - 1, f"must be {least} or more."), (most + 1, f"must be {most} or less.")):
        page = save_seen(client, f"{DETAILS}1/change/", details(client, **{name: wrong}))
        form = page.context["adminform"].form
        assert form.errors == {name: [f"“{form[name].label}” {sentence}"]}
    for right in (least, most):
        assert save_seen(client, f"{DETAILS}1/change/", details(client, **{name: right})).status_code == 302


@pytest.mark.database
@pytest.mark.parametrize("name", INTERVAL_LIMITS)
def test_no_hand_can_write_one_into_the_database_either(organisation, name):
    for wrong in (INTERVAL_LIMITS[name][0] - 1, INTERVAL_LIMITS[name][1] + 1):
        with pytest.raises(IntegrityError), transaction.atomic():
            Organisation.objects.update(**{name: wrong})


def test_without_a_row_the_intervals_are_within_their_limits(db):
    Organisation.current().full_clean()


@pytest.mark.beyond("B25")
@pytest.mark.parametrize(
    ("adopted_on", "adopted_by", "missing"),
    [
        ("", "", None),
        ("2026-03-03", "Housing committee, item 7", None),
        ("2026-03-03", "", "promises_adopted_by"),
        ("2026-03-03", "n/a", "promises_adopted_by"),
        ("", "Housing committee, item 7", "promises_adopted_on"),
        ("2026-03-05", "Housing committee, item 7", "promises_adopted_on"),
    ],
)
@time_machine.travel("2026-03-04 12:00Z")
def test_late_promises_suspend_once_it_is_said_which_meeting_adopted_it(
    client, organisation, adopted_on, adopted_by, missing
):
    assert not Organisation.current().suspends_late_promises
    typed = details(client, promises_adopted_on=adopted_on, promises_adopted_by=adopted_by)
    response = client.post(f"{DETAILS}1/change/", typed)
    if missing:
        assert list(response.context["adminform"].form.errors) == [missing]
    assert Organisation.current().suspends_late_promises == bool(adopted_on and not missing)
