"""Statements that are compiled once a day, and asked with other values each time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, timedelta

import pytest
from django.db.models import F
from django.http import Http404
from django.utils import timezone

from cha_engagement.core import statements
from cha_engagement.core.permissions import Permission
from cha_engagement.core.statements import (
    AskedText,
    give_related,
    kept_answer,
    kept_keys,
    kept_record_or_404,
    kept_records,
    kept_rows,
    kept_rows_of_all,
)
from cha_engagement.staff.models import Notice, StaffMember
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.database]

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def put_together(monkeypatch):
    """Return for whom statements were put together: none are kept yet."""
    monkeypatch.setattr(statements, "statements", {})
    return []


@pytest.fixture
def notices_since(put_together):
    def notices_since(person, moment):
        put_together.append(getattr(person, "pk", person))
        return Notice.objects.filter(recipient=person, created_at__gte=moment).order_by().values("recipient")

    return notices_since


@pytest.fixture
def notice(officer):
    return Notice.objects.create(recipient=officer, text="Read this.", reference="INC-2026-0001", path="/")


@pytest.mark.usefixtures("notice")
def test_a_statement_is_put_together_once_and_asked_with_each_value(
    notices_since, put_together, officer, manager
):
    now = timezone.now()
    for person, moment, found in (
        (officer, now - HOUR, 1),
        (officer, now + HOUR, 0),
        (manager, now - HOUR, 0),
    ):
        keys = kept_keys(notices_since, person.pk, moment)
        assert StaffMember.objects.filter(pk__in=keys).count() == found
        assert len(kept_rows(notices_since, person.pk, moment)) == found
    assert len(put_together) == 1
    assert not {officer.pk, manager.pk} & {*put_together}


def test_a_day_is_filled_in_each_time(put_together, officer):
    def away_on(person, day):
        put_together.append(day)
        return StaffMember.objects.filter(pk=person, away_until__gte=day).values("pk")

    factories.is_away(officer)
    for days, found in ((-1, [(officer.pk,)]), (0, [(officer.pk,)]), (1, [])):
        assert kept_rows(away_on, officer.pk, timezone.localdate() + timedelta(days=days)) == found
    assert len(put_together) == 1
    assert timezone.localdate() not in put_together


@pytest.mark.usefixtures("notice")
def test_a_statement_is_kept_apart_for_readers_who_may_do_other_things(
    notices_since, put_together, officer, manager
):
    colleague = factories.staff("colleague", "Officer")
    for reader in (officer, colleague, manager, officer):
        found = kept_rows(notices_since, reader, timezone.now() - HOUR)
        assert found == ([(officer.pk,)] if reader == officer else [])
    assert len(put_together) == 2
    assert not {officer.pk, colleague.pk, manager.pk} & {*put_together}


def test_whom_a_reader_reads_about_is_filled_in_each_time(put_together, officer, manager):
    def read_about(reader):
        put_together.append(reader.reads_about)
        return StaffMember.objects.filter(pk=reader.reads_about or reader.pk).values("pk")

    def those_read_about(reader, key):
        return StaffMember.objects.filter(pk__in=kept_keys(read_about, reader)).exclude(pk=key).values("pk")

    for about in (officer.pk, manager.pk):
        assert kept_rows(read_about, officer.narrow_to_customer(about)) == [(about,)]
        assert kept_rows(those_read_about, officer.narrow_to_customer(about), 0) == [(about,)]
    assert kept_rows(read_about, officer) == [(officer.pk,)]
    assert len(put_together) == 2
    assert not {officer.pk, manager.pk} & {*put_together}


def test_a_statement_is_put_together_anew_the_next_day(notices_since, put_together, officer, time_machine):
    kept_rows(notices_since, officer.pk, timezone.now())
    time_machine.move_to(timezone.now() + timedelta(days=1))
    kept_rows(notices_since, officer.pk, timezone.now())
    assert len(put_together) == 2
    assert len(statements.statements) == 1


def test_a_statement_that_another_thread_drops_is_asked_all_the_same(notices_since, officer, monkeypatch):
    class Forgetful(dict):
        def __setitem__(self, key, value):
            pass

    monkeypatch.setattr(statements, "statements", Forgetful())
    assert kept_rows(notices_since, officer.pk, timezone.now()) == []


def test_a_statement_is_kept_apart_once_an_absence_begins_or_a_role_is_taken(
    notices_since, put_together, officer
):
    def read():
        reader = StaffMember.objects.get(pk=officer.pk)
        return kept_rows(notices_since, reader, timezone.now())

    read()
    StaffMember.objects.filter(pk=officer.pk).update(away_until=timezone.localdate())
    read()
    officer.groups.clear()
    read()
    read()
    assert len(put_together) == 3


def test_an_answer_is_kept_for_all_who_may_do_the_same(put_together, officer, manager, time_machine):
    def may_decide(reader):
        put_together.append(reader.pk)
        return reader.has_perm(Permission.DECIDE_MANAGEMENT)

    colleague = factories.staff("colleague", "Officer")
    answers = [kept_answer(may_decide, reader) for reader in (officer, colleague, manager)]
    assert answers == [False, False, True]
    assert len(put_together) == 2
    assert not {officer.pk, colleague.pk, manager.pk} & {*put_together}
    time_machine.move_to(timezone.now() + timedelta(days=1))
    kept_answer(may_decide, officer)
    assert len(put_together) == 3


def test_a_statement_is_kept_apart_for_each_text_and_each_database(put_together, officer, monkeypatch):
    def notices_to(text, person):
        put_together.append(text)
        return Notice.objects.filter(recipient=person, text=text).order_by().values("recipient")

    Notice.objects.create(recipient=officer, text="Read this.", path="/")
    assert kept_rows(notices_to, "Read this.", officer.pk) == [(officer.pk,)]
    assert kept_rows(notices_to, "Read that.", officer.pk) == []
    monkeypatch.setattr(statements.connection, "vendor", "another")
    assert kept_rows(notices_to, "Read this.", officer.pk) == [(officer.pk,)]
    assert put_together == ["Read this.", "Read that.", "Read this."]


def test_what_is_made_of_a_value_is_never_kept(officer):
    """It would be the hour before the dummy, for everybody and all day."""

    def notices_an_hour_before(person, moment):
        return Notice.objects.filter(recipient=person, created_at__gte=moment - HOUR).values("pk")

    with pytest.raises(ValueError, match="makes something else of a value"):
        kept_rows(notices_an_hour_before, officer.pk, timezone.now())


def test_a_text_is_written_into_the_statement_as_it_is(officer):
    """So a partial index serves, without SQLite asking at each use whether it does."""

    def notices_that_begin(person):
        return Notice.objects.filter(recipient=person, text__startswith="It's 5%").values("recipient")

    def those_with_notices(person):
        return StaffMember.objects.filter(pk__in=kept_keys(notices_that_begin, person)).values("pk")

    for text in ("It's 5% done.", "It's 50 done."):
        Notice.objects.create(recipient=officer, text=text, path="/")
    assert kept_rows(notices_that_begin, officer.pk) == [(officer.pk,)]
    assert kept_rows(those_with_notices, officer.pk) == [(officer.pk,)]
    assert statements.kept_statement(notices_that_begin, (officer.pk,)).parameters == (officer.pk,)


def test_whoever_may_see_nothing_at_all_is_given_no_rows(officer):
    def nothing(person):
        return Notice.objects.none().filter(recipient=person).values("pk")

    assert kept_rows(nothing, officer.pk) == []
    assert kept_records(Notice, nothing, officer.pk) == []
    assert not Notice.objects.filter(pk__in=kept_keys(nothing, officer.pk)).exists()


def test_records_are_read_whole_in_their_order_by_one_query(officer, manager, django_assert_num_queries):
    texts = {
        person: [f"{word} this, {person}." for word in ("Write", "Read")] for person in (officer, manager)
    }
    for person in (officer, manager):
        for text in texts[person]:
            Notice.objects.create(recipient=person, text=text, reference="INC-2026-0001", path="/")

    def own_notices(reader):
        return Notice.objects.filter(recipient=reader).order_by("text")

    for person in (officer, manager):
        with django_assert_num_queries(1):
            notices = kept_records(Notice, own_notices, person.pk)
            assert [notice.text for notice in notices] == sorted(texts[person])
        assert notices == list(own_notices(person.pk))
        assert {notice.created_at.tzinfo for notice in notices} == {UTC}


@pytest.mark.usefixtures("notice")
def test_related_records_and_annotations_are_read_along(officer, django_assert_num_queries):
    def notices_with_people(person):
        notices = Notice.objects.filter(recipient=person).select_related("recipient__line_manager")
        return notices.annotate(name=F("recipient__username"))

    for _ in range(2):
        with django_assert_num_queries(1):
            (notice,) = kept_records(Notice, notices_with_people, officer.pk)
            assert (notice.recipient, notice.recipient.line_manager) == (officer, None)
            assert notice.name == officer.username
            assert notice.recipient.date_joined == officer.date_joined


@pytest.mark.usefixtures("notice")
def test_an_asked_text_is_filled_in_each_time(put_together, officer):
    def notices_about(reference, person):
        put_together.append(reference)
        return Notice.objects.filter(recipient=person, reference=reference)

    for reference, found in (("INC-2026-0001", 1), ("INC-2026-0002", 0), ("' OR 1=1 --%s", 0)):
        assert len(kept_records(Notice, notices_about, AskedText(reference), officer.pk)) == found
    assert len(put_together) == 1
    assert not put_together[0].startswith("INC-2026")


def test_a_record_that_is_not_there_is_not_found(notice):
    def notices_about(reference):
        return Notice.objects.filter(reference=reference)

    assert kept_record_or_404(Notice, notices_about, AskedText(notice.reference)) == notice
    with pytest.raises(Http404):
        kept_record_or_404(Notice, notices_about, AskedText("INC-2026-0002"))


def test_a_record_gives_what_it_was_given(notice, officer, manager, django_assert_num_queries):
    give_related(officer, "notices", [notice])
    with django_assert_num_queries(0):
        assert list(officer.notices.all()) == [notice]
        assert notice.recipient is officer
    assert list(officer.notices.filter(recipient=officer)) == [notice]
    give_related(officer, "reports", [manager])
    assert list(officer.reports.all()) == [manager]
    assert list(officer.reports.filter(is_active=True)) == [], "what is narrowed down is asked anew"


def test_values_are_read_as_django_reads_them(notice):
    def moments_of_notices(person):
        return Notice.objects.filter(recipient=person).values_list("created_at", "read_at", "reference")

    assert kept_rows(moments_of_notices, notice.recipient_id) == [(notice.created_at, None, notice.reference)]


@pytest.mark.usefixtures("notice")
def test_several_statements_are_asked_in_one_query(
    notices_since, officer, manager, django_assert_num_queries
):
    since = timezone.now() - HOUR
    with django_assert_num_queries(1):
        rows = kept_rows_of_all(
            (notices_since, values) for values in ((officer.pk, since), (manager.pk, since))
        )
    assert rows == [(officer.pk,)]


def test_threads_that_ask_at_once_are_answered_each_for_itself(notices_since, officer, manager):
    """Some drop what others have just kept."""
    since = timezone.now()

    def is_answered(number):
        reader = (officer, manager)[number % 2]
        if number % 3 == 0:
            statements.statements.clear()
        statement = statements.kept_statement(notices_since, (reader.pk, since))
        return {*statement.parameters} == {reader.pk, statements.adapt_value(since)}

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(is_answered, range(200)))


def test_kept_statements_stay_few(officer, monkeypatch):
    monkeypatch.setattr(statements, "MOST_STATEMENTS", 3)
    for count in range(1, 10):
        kept_rows(lambda *keys: Notice.objects.filter(pk__in=keys).values("pk"), *range(count))
    assert len(statements.statements) <= 3
