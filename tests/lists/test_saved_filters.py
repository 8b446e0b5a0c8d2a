"""A filter that somebody has saved is theirs, one click away, until they remove it."""

import pytest
from django.urls import reverse
from lxml.html import fromstring

from cha_engagement.lists import rules
from cha_engagement.lists.models import SavedFilter
from incidents.enums import Category

from .. import factories

pytestmark = [pytest.mark.django_db, pytest.mark.beyond("B19"), pytest.mark.database]

SAVE = "/lists/incidents/keep/?status=with_manager&zero_tolerance=on"


def save(client, name="Threats", path=SAVE):
    return client.post(path, {"name": name}, follow=True)


def tabs(answer):
    page = fromstring(answer.content.decode())
    return {
        " ".join(link.text_content().split()): (link.get("href"), link.get("aria-current"))
        for link in page.xpath("//nav[@aria-label='Filters to choose from']//a")
    }


def test_a_filter_is_saved_by_name_and_applied_with_one_click(signed_in, manager, customer, officer, names):
    threat = factories.incident(by=officer, customer=customer, categories=[Category.OTHER_THREAT])
    factories.incident(by=officer, customer=customer, categories=[Category.REFUSAL])
    client = signed_in(manager)
    answer = save(client)
    assert "“Threats” is saved" in answer.content.decode()
    assert answer.redirect_chain == [("/incidents/?status=with_manager&zero_tolerance=on", 302)]
    assert names(answer) == [threat.reference]
    url, current = tabs(answer)["Threats"]
    assert (url, current) == ("?status=with_manager&zero_tolerance=on", "page")
    assert tabs(client.get("/incidents/"))["Threats"] == (url, None)
    assert tabs(client.get("/incidents/"))["All"] == ("?", "page")
    assert tabs(client.get(f"/incidents/{url}&channel=&since="))["Threats"][1] == "page"
    assert names(client.get(f"/incidents/{url}")) == [threat.reference]


def test_it_is_on_its_own_list_alone(signed_in, manager):
    client = signed_in(manager)
    save(client)
    assert "Threats" not in client.get("/restrictions/").content.decode()


@pytest.mark.policy("65")
def test_it_is_nobody_elses_to_see_or_to_remove(signed_in, manager, management):
    save(signed_in(manager))
    saved_filter = SavedFilter.objects.get()
    other = signed_in(management)
    assert "Threats" not in other.get("/incidents/?status=with_manager&zero_tolerance=on").content.decode()
    assert other.post(reverse("filter_remove", args=[saved_filter.pk])).status_code == 404
    assert SavedFilter.objects.exists()


def test_it_is_removed_where_it_is_on(signed_in, manager):
    client = signed_in(manager)
    page = fromstring(save(client).content.decode())
    (form,) = page.xpath("//form[contains(@action, 'remove')]")
    assert not fromstring(client.get("/incidents/").content.decode()).xpath(
        "//form[contains(@action, 'remove')]"
    )
    answer = client.post(form.get("action"), follow=True)
    assert "“Threats” is removed." in answer.content.decode()
    assert answer.redirect_chain == [("/incidents/", 302)]
    assert not SavedFilter.objects.exists()


def test_a_saved_filter_is_not_offered_to_be_saved_again(signed_in, manager, links):
    client = signed_in(manager)
    query = SAVE.partition("?")[2]
    assert links(client.get(f"/incidents/?{query}"))["Save this filter"] == SAVE
    save(client)
    assert "Save this filter" not in links(client.get(f"/incidents/?{query}"))


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "“Name” needs an answer."),
        ("x" * 61, "“Name” has 61 characters. Shorten it to 60."),
        ("Threats", "Another filter of yours is called “Threats”. Choose another name."),
    ],
)
def test_a_refused_name_has_its_error_beside_it_and_stays(signed_in, manager, name, sentence):
    client = signed_in(manager)
    save(client)
    answer = save(client, name, "/lists/incidents/keep/?status=closed")
    assert answer.status_code == 422
    page = fromstring(answer.content.decode())
    assert sentence in page.xpath("string(//*[@id='id_name_error'])")
    assert page.xpath("//input[@name='name']")[0].get("value", "") == name
    assert SavedFilter.objects.count() == 1


def test_the_same_name_serves_on_another_list_and_for_another_colleague(signed_in, manager, management):
    save(signed_in(manager))
    save(signed_in(manager), path="/lists/appeals/keep/?status=received")
    save(signed_in(management))
    assert SavedFilter.objects.filter(name="Threats").count() == 3


def test_sent_twice_it_is_saved_once(signed_in, manager):
    client = signed_in(manager)
    assert [save(client).status_code for _ in range(2)] == [200, 200]
    assert SavedFilter.objects.count() == 1


def test_there_is_room_for_thirty(signed_in, manager):
    client = signed_in(manager)
    for number in range(rules.MOST_FILTERS):
        save(client, f"Filter {number}")
    answer = save(client, "One more")
    assert answer.status_code == 422
    assert "You have saved 30 filters." in answer.content.decode()
    assert SavedFilter.objects.count() == 30


def test_a_list_that_is_not_filtered_is_not_saved(signed_in, manager):
    answer = save(signed_in(manager), path="/lists/incidents/keep/?status=nonsense")
    assert answer.status_code == 422
    assert "Nothing is filtered yet." in answer.content.decode()


def test_one_whose_choice_is_gone_says_so_shows_the_list_and_can_be_removed(
    signed_in, manager, incident, names
):
    saved_filter = SavedFilter.objects.create(
        owner=manager, list_code="incidents", name="Old", query="category=gossip"
    )
    answer = signed_in(manager).get(saved_filter.get_absolute_url())
    assert "“gossip” is not one of the answers." in answer.content.decode()
    assert names(answer) == [incident.reference]
    assert tabs(answer)["Old"][1] == "page"
    assert reverse("filter_remove", args=[saved_filter.pk]) in answer.content.decode()


def test_there_is_no_list_of_another_name(signed_in, manager):
    client = signed_in(manager)
    assert client.get("/lists/nothing/keep/").status_code == 404
    assert client.post("/lists/nothing/export/").status_code == 404
