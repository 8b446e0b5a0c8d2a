"""What was written is found by its words, by whoever may read it and by nobody else."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml.html import fromstring

from cha_engagement.customers import actions as customers
from cha_engagement.customers.interfaces import search_sources
from cha_engagement.desk.models import SearchRow
from cha_engagement.desk.search import finding, index, rows
from cha_engagement.letters import actions as letters
from incidents import actions as incidents
from incidents.models import Incident
from tests import factories
from tests.overwriting import note_overwriting

from .test_look_up import look_up

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.beyond("B31")]

WINDOW = "Órla threatened to break the café window. She left by herself."


@pytest.fixture
def other_officer(db):
    return factories.staff("other", "Officer")


@pytest.fixture
def draft(officer, manager, customer, organisation):
    """A letter of a manager to a customer whom nobody is assigned."""
    letter = factories.general_letter(customer, by=manager, subject="Your gate")
    return edit_body(letter, by=manager, body=f"**The zebra** is at the gate.\n\n{letter.body}")


def edit_body(letter, *, by, body):
    return letters.edit_draft(
        letter=letter,
        by=by,
        version=letter.version,
        advice=letter.advice.all(),
        signatory=letter.signatory,
        signed_as=letter.signed_as,
        body=body,
    )


def found_urls(text, user):
    """Return the addresses of the records that a search finds for a user, by kind."""
    return {found.source.code: [row.url for row in found.rows] for found in finding.search(text, user)}


def found_incidents(text, user):
    return found_urls(text, user).get("incidents", [])


def log_incidents(count, *, by, customer, **changes):
    return [factories.incident(by=by, customer=customer, **changes) for _ in range(count)]


def test_found_words_stand_marked_in_their_sentence(signed_in, officer, customer):
    incident = factories.incident(by=officer, customer=customer, facts=f"Rang at three. {WINDOW}")
    page = fromstring(look_up(signed_in(officer), "windows threats").content)
    assert page.xpath("//h2[@id='found-incidents']")[0].text_content() == "In incidents: 1"
    (item,) = page.xpath("//ul[@aria-labelledby='found-incidents']/li")
    assert item.xpath(".//a/@href") == [incident.get_absolute_url()]
    (sentence,) = item.xpath(".//p[@class='app-results__words']")
    assert sentence.text_content() == "Órla threatened to break the café window."
    assert sentence.xpath("mark/text()") == ["threatened", "window"]
    facts = item.text_content()
    for text in (customer.name, "Phone", f"Reported by {officer}", incident.reference):
        assert text in facts


def test_what_was_written_is_no_markup(signed_in, officer, customer):
    factories.incident(
        by=officer, customer=customer, facts="They typed <b>zebra</b> & <script>alert(1)</script>."
    )
    html = look_up(signed_in(officer), "zebra").content.decode()
    assert "&lt;b&gt;<mark>zebra</mark>&lt;/b&gt; &amp; &lt;script&gt;" in html


def test_a_page_that_found_records_alone_says_that_they_are_below(signed_in, officer, customer):
    client = signed_in(officer)

    def status(words):
        return fromstring(look_up(client, words).content).xpath("string(//*[@role='status'])")

    assert status("zebra") == "No customer found"
    factories.incident(by=officer, customer=customer, facts="A zebra stood in the yard.")
    assert status("zebra") == "No customer found. Records with these words are below"


def test_contacts_and_letters_are_found_after_the_customers(signed_in, officer, manager, customer, draft):
    contact = factories.contact(by=officer, customer=customer, subject="A zebra in the lift")
    named = factories.customer(by=officer, name="Zebra Burns")
    assert found_urls("zebra", manager) == {
        "contacts": [contact.get_absolute_url()],
        "letters": [draft.get_absolute_url()],
    }
    html = look_up(signed_in(manager), "zebra").content.decode()
    places = [html.index(text) for text in (named.name, "In contacts: 1", "In letters: 1")]
    assert places == sorted(places)
    assert "<mark>zebra</mark> is" in html


@pytest.mark.policy("65")
def test_what_somebody_may_not_read_answers_like_what_was_never_written(
    signed_in, officer, other_officer, manager, customer, draft
):
    """No line, no count, and as many questions to the database: nothing tells that somebody else would find it."""
    factories.incident(by=officer, customer=customer, facts=WINDOW)
    client = signed_in(other_officer)
    look_up(client, "warm")  # whatever is looked up once a day
    answers, queries = [], []
    for typed in ("window", "zebra", "nowhere"):
        with CaptureQueriesContext(connection) as asked:
            html = look_up(client, typed, csrf="").content.decode()
        html = re.sub('(name="csrfmiddlewaretoken" value=)"[^"]*"', r"\1", html)
        answers.append(re.sub("asked=[0-9a-f]+", "", html).replace(typed, ""))
        queries.append(len(asked))
    assert len(set(answers)) == len(set(queries)) == 1
    assert "No incident, contact, letter or note that you may read has all of these words." in answers[0]
    assert found_incidents("window", officer)
    assert found_incidents("window", manager)
    assert found_urls("zebra", manager)


@pytest.mark.policy("65")
def test_a_search_finds_for_somebody_what_they_come_to_read(officer, other_officer, customer):
    incident = factories.incident(by=officer, customer=customer, facts=WINDOW)
    assert not found_incidents("window", other_officer)
    factories.assign_record(incidents.assign_incident, incident=incident, to=other_officer)
    assert found_incidents("window", other_officer) == [incident.get_absolute_url()]


@pytest.mark.policy("65")
def test_a_draft_is_found_by_whoever_may_read_it_and_a_letter_once_it_is_issued(
    officer, manager, customer, draft
):
    factories.assign_record(customers.assign_customer, customer=customer, to=officer)
    assert found_urls("zebra", manager)
    assert not found_urls("zebra 0141 496", manager)
    assert not found_urls("zebra", officer)
    draft.refresh_from_db()
    issued = factories.issue_letter(draft, by=manager)
    assert found_urls("zebra", officer) == {"letters": [issued.get_absolute_url()]}
    assert found_urls("zebra 0141 496", manager), "What stood for a placeholder is in it by now."


def change_facts(incident, facts, *, by):
    return incidents.change_incident(incident=incident, by=by, version=incident.version, facts=facts)


@pytest.mark.django_db(transaction=True)
def test_words_that_were_changed_are_found_no_more_and_gone_from_the_index_the_next_night(officer, customer):
    incident = factories.incident(
        by=officer, customer=customer, facts="They named xylophone as their witness."
    )
    incident = change_facts(incident, "They named nobody.", by=officer)
    assert not found_incidents("xylophone", officer)
    assert found_incidents("nobody", officer)
    call_command("daily", stdout=StringIO())
    assert not found_incidents("xylophone", officer)
    assert not SearchRow.objects.filter(words__contains="xylophon").exists()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT block FROM {index.index_name(Incident)}_data")
            blocks = b"".join(block for (block,) in cursor.fetchall())
        # A word stands there without the beginning that it shares with the one before.
        assert b"obodi" in blocks
        assert b"ylophon" not in blocks


@pytest.mark.parametrize(
    "typed",
    [
        '"',
        "nowhere OR window",
        "nowhere | window",
        "window NOT nowhere AND xyz",
        "win*",
        "win:*",
        "NEAR(nowhere window)",
        "words : nowhere",
        "^nowhere",
        "-nowhere",
        "!nowhere & !nobody",
        "%",
        "_indow",
        "w%w",
        "') OR 1=1 --",
        "\ud800"[:0] + "🙂",
        "{nowhere} {a b}",
        "x" * 5000,
        "\\",
    ],
)
def test_what_is_typed_is_words_and_never_a_question_in_the_databases_own_language(officer, customer, typed):
    factories.incident(by=officer, customer=customer, facts=WINDOW)
    assert found_incidents(typed, officer) == []


@pytest.mark.parametrize("typed", ['"window"', "window*", "WINDOW!", "(cafe's) window", "window; -- cafe"])
def test_signs_around_words_make_no_difference(officer, customer, typed):
    factories.incident(by=officer, customer=customer, facts=WINDOW.replace("café", "café's"))
    assert found_incidents(typed, officer)


@pytest.mark.parametrize("common_in", [2, 1000])
def test_words_that_are_common_elsewhere_are_found_in_the_little_that_somebody_reads(
    officer, other_officer, customer, monkeypatch, common_in
):
    monkeypatch.setattr(finding, "CANDIDATES", common_in)
    monkeypatch.setattr(index, "MANY", common_in)
    own = log_incidents(7, by=officer, customer=customer, facts=WINDOW)
    log_incidents(5, by=other_officer, customer=customer, facts=WINDOW)
    log_incidents(1, by=officer, customer=customer, facts="Something else.")
    newest_first = [incident.get_absolute_url() for incident in reversed(own)]
    assert found_incidents("window cafe", officer) == newest_first[: finding.FEW]
    source = next(source for source in rows.search_sources() if source.model is Incident)
    found = finding.search_source(source, "window cafe", officer, finding.PAGE)
    assert [row.url for row in found.rows] == newest_first
    assert found.count == 7


def test_all_of_a_kind_are_found_page_by_page(signed_in, officer, customer):
    logged = log_incidents(finding.PAGE + 3, by=officer, customer=customer, facts=WINDOW)
    client = signed_in(officer)
    page = fromstring(look_up(client, "window").content)
    assert page.xpath("//h2[@id='found-incidents']")[0].text_content() == "In incidents: 23"
    assert len(page.xpath("//ul[@aria-labelledby='found-incidents']/li")) == finding.FEW
    (url,) = page.xpath("//a[text()='All 23 incidents with these words']/@href")
    assert "window" not in url
    shown = []
    for _ in range(2):
        page = fromstring(client.get(url).content)
        shown += page.xpath("//ul[@class='app-results']/li/a/@href")
        url = "/look-up/incidents/" + next(iter(page.xpath("//a[@rel='next']/@href")), "")
    assert shown == [incident.get_absolute_url() for incident in reversed(logged)]
    assert not page.xpath("//a[@rel='next']")


@pytest.mark.policy("65")
def test_the_words_of_a_search_are_their_own(signed_in, officer, manager, customer):
    log_incidents(finding.FEW + 1, by=officer, customer=customer, facts=WINDOW)
    (url,) = fromstring(look_up(signed_in(officer), "window").content).xpath(
        "//a[contains(., 'All 6 inc')]/@href"
    )
    html = signed_in(manager).get(url).content.decode()
    assert "Nothing found" in html
    assert "window" not in html


@pytest.mark.parametrize("after", ["x", "W10=", "WyJhIl0=", "Wy0xXQ==", "WzFlOTld", "WzksOV0="])
def test_a_page_that_nobody_was_led_to_is_a_bad_request(signed_in, officer, after):
    assert signed_in(officer).get(f"/look-up/incidents/?after={after}").status_code == 400


def test_a_kind_that_does_not_exist_is_not_found(signed_in, officer):
    assert signed_in(officer).get("/look-up/appeals/").status_code == 404


@pytest.mark.parametrize("count", [1, finding.FEW])
def test_a_search_takes_the_same_queries_for_many_results(
    officer, customer, draft, count, django_assert_max_num_queries
):
    for number in range(count):
        other = factories.customer(by=officer, name=f"Anna {number}")
        reporter = factories.staff(f"reporter-{number}", "Officer")
        factories.incident(by=officer, reported_by=reporter, customer=other, facts="A zebra.")
        factories.contact(by=reporter, customer=other, subject="A zebra")
    finding.search("zebra", officer)  # whatever is asked once a day
    with django_assert_max_num_queries(1 + 3 * len(search_sources())):
        assert len(found_urls("zebra", officer)) == 2


def test_answers_while_somebody_types_look_for_customers_alone(signed_in, officer, customer):
    factories.incident(by=officer, customer=customer, facts=WINDOW)
    html = look_up(signed_in(officer), "window", fragment=1).content.decode()
    assert "Órla" not in html
    assert "Press Look up to search incidents, contacts, talks, letters and notes" in html


@pytest.mark.parametrize(
    "spoil",
    [
        lambda found: found.delete(),
        lambda found: found.update(words=" something els "),
        lambda found: found.update(record=987_654),
    ],
    ids=["gone", "changed", "of nothing"],
)
def test_words_that_are_put_wrong_are_named_and_mended(officer, customer, spoil):
    incident = factories.incident(by=officer, customer=customer, facts=WINDOW)
    note_overwriting()
    spoil(SearchRow.objects.filter(model="incidents.incident"))
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("verify", stdout=out)
    assert f"{incident}: a search does not find it by what it says" in out.getvalue()
    out = StringIO()
    call_command("daily", stdout=out)
    assert "Search: " in out.getvalue()
    assert found_incidents("window", officer) == [incident.get_absolute_url()]
    assert not found_incidents("something", officer)
    assert not any(rows.find_wrong_records(source) for source in rows.search_sources())


def test_all_words_can_be_made_anew(officer, customer):
    incident = factories.incident(by=officer, customer=customer, facts=WINDOW)
    SearchRow.objects.all().delete()
    rows.rebuild_words()
    assert found_incidents("window", officer) == [incident.get_absolute_url()]
