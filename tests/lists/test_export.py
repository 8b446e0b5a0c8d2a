"""A list is saved as a file with what its reader sees and no more, written down before the first byte."""

import csv
import io
import uuid

import pytest
import time_machine
from django.urls import reverse
from lxml.html import fromstring

from cha_engagement.core.paging import PAGE_SIZE
from cha_engagement.core.permissions import Permission
from cha_engagement.letters import actions as letters
from cha_engagement.lists import spreadsheet
from cha_engagement.lists.interfaces import list_definitions
from cha_engagement.lists.spreadsheet import cell_text
from cha_engagement.staff.models import AccessKind, AccessLogEntry
from incidents.actions import assess_incident
from incidents.enums import Category, Outcome
from tests.pages.conftest import log_appeal

from .. import factories

pytestmark = [pytest.mark.django_db, pytest.mark.beyond("B19"), pytest.mark.database]


def export(client, code="incidents", query=""):
    return client.post(f"{reverse('list_export', args=[code])}?{query}")


def sheet(answer):
    """Return the rows of a file, headings first."""
    text = answer.getvalue().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def test_what_is_shown_is_saved_with_the_filter_on(signed_in, manager, officer, customer):
    with time_machine.travel("2026-07-01T23:30:00Z", tick=False):
        threat = factories.incident(
            by=officer, customer=customer, categories=[Category.OTHER_THREAT, Category.ABUSE]
        )
    factories.incident(by=officer, customer=customer, categories=[Category.REFUSAL])
    answer = export(signed_in(manager), query="zero_tolerance=on")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="incidents-')
    assert answer.streaming
    headings, *rows = sheet(answer)
    assert [dict(zip(headings, row, strict=True)) for row in rows] == [
        dict.fromkeys(headings, "")
        | {
            "Reference": threat.reference,
            "Incident": "Other threat, Abuse",
            "Who": "Órla Ní Bhriain",
            "When": "2026-07-01 23:30",
            "Status": "With a manager",
        }
    ]


def test_it_begins_so_that_excel_reads_its_accents(signed_in, manager, incident):
    assert export(signed_in(manager)).getvalue().startswith("\ufeffReference,".encode())


@pytest.mark.policy("65")
@pytest.mark.parametrize("code", list_definitions())
def test_it_says_what_the_page_says_and_nothing_else(signed_in, officer, manager, restriction, code):
    log_appeal(restriction, by=officer)
    letters.draft_letter(
        customer=restriction.customer,
        kind="restriction_decided",
        about=restriction.decision,
        by=manager,
        submission=uuid.uuid4(),
    )
    client = signed_in(manager)
    page = fromstring(client.get(reverse(code)).content.decode())
    headings, *rows = sheet(export(client, code))
    texts = map(str.strip, page.xpath("//thead//th/text() | //thead//th/a/text()"))
    assert [heading for heading in headings if heading != "Reference"] == [*filter(None, texts)]
    shown = page.xpath("//tbody/tr")
    assert len(rows) == len(shown) == 1
    for heading, text in zip(headings, rows[0], strict=True):
        if heading not in {
            "When",
            "Begun",
            "Received",
            "First day",
            "Last day",
            "Next review",
            "Next step by",
            "Due",
        }:
            assert text in shown[0].text_content(), heading


@pytest.mark.policy("65")
def test_nobody_takes_away_what_they_do_not_see(signed_in, officer, manager, customer):
    factories.incident(by=manager, customer=customer)
    factories.incident(by=officer, customer=customer)
    factories.withhold_permission(Permission.READ_INCIDENTS, role="Manager")
    others = factories.incident(by=factories.staff("another", "Manager"), customer=customer)
    rows = [row[0] for row in sheet(export(signed_in(manager)))]
    assert others.reference not in rows
    assert len(rows) - 1 == AccessLogEntry.objects.get().row_count


@pytest.mark.policy("65")
@pytest.mark.parametrize("code", ["customers", "incidents"])
def test_officers_and_executives_take_no_list_away(signed_in, officer, executive, code):
    for user in (officer, executive):
        assert export(signed_in(user), code).status_code == 403


@pytest.mark.policy("65")
def test_it_is_written_down_before_the_first_byte_who_took_what(signed_in, manager, officer, customer):
    for _ in range(3):
        factories.incident(by=officer, customer=customer)
    answer = export(signed_in(manager), query=f"customer={customer}&zero_tolerance=on")
    entry = AccessLogEntry.objects.get()
    assert (entry.kind, entry.by, entry.address) == (AccessKind.LIST_EXPORTED, manager, "127.0.0.1")
    assert (entry.label, entry.row_count) == ("Incidents", 3)
    assert entry.filtered_by == f"Customer’s reference: {customer}\nZero tolerance"
    assert len(sheet(answer)) == 4


def test_a_list_is_not_exported_where_a_filter_makes_no_sense_and_the_page_says_so(
    signed_in, manager, incident
):
    client = signed_in(manager)
    answer = export(client, query="zero_tolerance=on&status=nonsense")
    assert not AccessLogEntry.objects.exists()
    page = client.get(answer.headers["Location"])
    assert page.status_code == 422
    assert "“nonsense” is not one of the answers" in page.content.decode()


def test_what_moves_on_while_the_file_is_sent_is_in_it_all_the_same(signed_in, manager, incident):
    answer = export(signed_in(manager), query="status=with_manager")
    assess_incident(
        incident=incident, by=manager, version=incident.version, outcome=Outcome.WARNED, reasons="It is over."
    )
    assert sheet(answer)[1][0] == incident.reference


@pytest.mark.policy("65")
def test_where_it_cannot_be_written_down_nothing_is_sent(signed_in, manager, incident, monkeypatch):
    def fails(**kwargs):
        raise RuntimeError

    monkeypatch.setattr(AccessLogEntry.objects, "create", fails)
    with pytest.raises(RuntimeError):
        export(signed_in(manager))


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r"])
def test_nothing_that_somebody_typed_becomes_a_formula(signed_in, manager, officer, sign):
    assert cell_text(f"{sign}HYPERLINK(1)") == f"'{sign}HYPERLINK(1)"
    if sign.strip():
        factories.customer(by=officer, name=f"{sign}1+1")
        assert sheet(export(signed_in(manager), "customers"))[1][1] == f"'{sign}1+1"


def test_more_rows_than_a_part_come_all_and_in_order_in_few_queries(
    signed_in, manager, officer, customer, monkeypatch, django_assert_max_num_queries
):
    references = [factories.incident(by=officer, customer=customer).reference for _ in range(7)]
    monkeypatch.setattr(spreadsheet, "ROWS_A_PART", 3)
    client = signed_in(manager)
    with django_assert_max_num_queries(6 + 3 * 2):
        rows = sheet(export(client))
    assert [row[0] for row in rows[1:]] == sorted(references, reverse=True)


def test_the_button_asks_for_what_is_shown(signed_in, manager, incident):
    page = fromstring(signed_in(manager).get("/incidents/?channel=phone&status=").content.decode())
    (form,) = page.xpath("//form[contains(@action, 'export')]")
    assert (form.get("method"), form.get("action")) == ("post", "/lists/incidents/export/?channel=phone")


@pytest.mark.policy("65")
def test_who_may_only_read_a_list_is_offered_no_file_and_gets_none(signed_in, manager, incident):
    factories.withhold_permission(Permission.EXPORT_LISTS, role="Manager")
    client = signed_in(manager)
    assert "export" not in client.get("/incidents/").content.decode()
    refused = export(client)
    assert refused.status_code == 403
    assert "Your role cannot save lists as files." in refused.content.decode()
    assert not AccessLogEntry.objects.exists()


def test_data_protection_reads_what_was_exported(signed_in, dpo, manager, incident):
    assert "No exports yet" in signed_in(dpo).get("/exports/").content.decode()
    export(signed_in(manager), query="zero_tolerance=on")
    export(signed_in(manager), "customers")
    page = signed_in(dpo).get("/exports/")
    rows = fromstring(page.content.decode()).xpath("//tbody/tr")
    cells = [[cell.text_content().strip() for cell in row.xpath("td")][1:] for row in rows]
    assert cells == [
        ["Manager Example", "Customers", "Nothing: the whole list", "1"],
        ["Manager Example", "Incidents", "Zero tolerance", "1"],
    ]


@pytest.mark.policy("65")
def test_nobody_else_reads_what_was_exported(signed_in, management, executive):
    for user in (management, executive):
        answer = signed_in(user).get("/exports/")
        assert answer.status_code == 403
        assert "Only Data Protection can see which lists were exported." in answer.content.decode()
        assert "/exports/" not in signed_in(user).get("/").content.decode()


@pytest.mark.parametrize("count", [1, PAGE_SIZE])
def test_the_log_takes_the_same_few_queries_however_long(
    signed_in, dpo, manager, count, django_assert_num_queries
):
    for _ in range(count):
        export(signed_in(manager), "customers")
    client = signed_in(dpo)
    with django_assert_num_queries(6):
        assert len(client.get("/exports/").context["page"].rows) == count
