"""A letter about what applies at once, for safety, is written, read and sent first: until then its reader does not know. Beyond the policy: B23."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cha_engagement.core.templatetags.ui import uk_datetime
from cha_engagement.desk.models import TaskRow
from cha_engagement.letters import actions as letters
from cha_engagement.letters.models import Letter
from cha_engagement.letters.queries.second_reader import has_waited
from cha_engagement.organisation.calendar import today
from cha_engagement.organisation.models import AdviceOrganisation
from restrictions import actions
from restrictions.enums import Begins
from restrictions.letters.reader import applies_unknown_since
from tests import factories
from tests.overwriting import overwrite_record

pytestmark = [pytest.mark.django_db, pytest.mark.beyond("B23")]


def urgent_kinds(letter):
    rows = TaskRow.objects.filter(reference=letter.reference)
    assert rows, "something waits about it"
    return sorted(row.kind for row in rows if row.urgent_from and row.urgent_from <= timezone.now())


def headings(client):
    return {row["url"]: row["section"]["title"] for row in client.get("/").context["page"].rows}


@pytest.fixture
def adviser(organisation):
    return AdviceOrganisation.objects.create(
        name="Lochside Advice", helps_with="housing", contact="Phone 0800 496 0002"
    )


def test_what_applies_at_once_is_finished_read_and_sent_first(
    adviser, restriction, decision, manager, signed_in
):
    letter = actions.draft_decision_letter(decision=decision, by=manager)
    assert urgent_kinds(letter) == ["letter.finish"]
    assert headings(signed_in(manager))[letter.get_absolute_url()] == "Now"
    letters.ask_second_reader(letter=letter, by=manager, version=letter.version)
    assert urgent_kinds(letter) == ["letter.finish", "letter.read"]
    letter = factories.issue_letter(Letter.objects.get(pk=letter.pk), by=manager)
    assert urgent_kinds(letter) == ["letter.send"]


@pytest.mark.beyond("B36")
def test_after_an_hour_it_is_issued_though_nobody_has_read_it(
    adviser, restriction, decision, manager, signed_in
):
    letter = actions.draft_decision_letter(decision=decision, by=manager)
    letter = letters.ask_second_reader(letter=letter, by=manager, version=letter.version)
    preview = f"{letter.get_absolute_url()}preview/"
    page = signed_in(manager).get(preview).content.decode()
    assert f"If nobody has read it by {uk_datetime(letter.asked_at + timedelta(hours=1))}" in page
    assert not has_waited(letter)
    overwrite_record(letter, asked_at=letter.asked_at - timedelta(hours=1))
    assert has_waited(letter.reload_locked())
    assert signed_in(manager).get(preview).context["unread_form"]
    actions.notify_customer(restriction=restriction, on=today(), by=manager)
    assert not has_waited(Letter.objects.get(pk=letter.pk))


def test_what_waits_until_they_are_told_is_in_no_hurry(decision, manager):
    factories.restriction(by=manager, decision=decision, begins=Begins.WHEN_TOLD, at_once_reason="")
    letter = actions.draft_decision_letter(decision=decision, by=manager)
    assert urgent_kinds(letter) == []


def test_what_they_were_told_of_meanwhile_is_in_no_hurry(restriction, decision, manager):
    letter = actions.draft_decision_letter(decision=decision, by=manager)
    actions.notify_customer(restriction=restriction, on=today(), by=manager)
    assert urgent_kinds(letter) == []


def test_an_interim_measure_is_written_about_first(incident, manager):
    interim = factories.interim_measure(by=manager, incidents=[incident])
    letter = actions.draft_interim_letter(interim=interim, by=manager)
    assert urgent_kinds(letter) == ["letter.finish"]


def test_what_they_are_not_told_of_hurries_no_letter(restriction, decision, manager):
    letter = actions.draft_decision_letter(decision=decision, by=manager)
    restriction.refresh_from_db()
    factories.leave_unnotified(restriction, by=manager)
    assert applies_unknown_since(letter) is None
