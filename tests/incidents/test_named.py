"""Whoever is said to be affected neither decides nor hears an appeal: to name somebody takes a fact, and they are told. Policy §13, 22."""

import pytest

from cha_engagement.core.refusals import Incomplete, Refused
from cha_engagement.staff.models import Notice
from incidents import actions
from incidents.queries import involvements, people_with_part
from tests import factories
from tests.desks import task_rows
from tests.refusals import refused_fields

pytestmark = [pytest.mark.django_db, pytest.mark.policy("13"), pytest.mark.policy("22")]


@pytest.fixture
def mary():
    return factories.staff("mary", "Executive Team")


@pytest.fixture
def incident(officer, customer):
    return factories.incident(by=officer, customer=customer, facts="Shouted at the desk.")


@pytest.mark.parametrize(
    "how", ["", "Mary Example", "It upset her.", "mary, example", "Mary was affected by this too."]
)
def test_nobody_is_named_without_what_happened_to_them(how, incident, mary, officer):
    def name_mary():
        actions.change_incident(
            incident=incident,
            by=officer,
            version=incident.version,
            affected_staff=[officer, mary],
            affected_how=how,
        )

    assert refused_fields(name_mary) == ["affected_how"]


def test_each_who_is_named_is_explained_and_told(incident, mary, officer, customer):
    both = [mary, factories.staff("john", "Executive Team")]
    with pytest.raises(Incomplete, match="John"):
        actions.change_incident(
            incident=incident,
            by=officer,
            version=incident.version,
            affected_staff=[officer, *both],
            affected_how="Mary was spat at.",
        )
    actions.change_incident(
        incident=incident,
        by=officer,
        version=incident.version,
        affected_staff=[officer, *both],
        affected_how="Mary was spat at, and John pushed.",
    )
    assert {notice.recipient for notice in Notice.objects.filter(text__contains="named you")} == {*both}


def test_logging_names_with_the_facts_themselves(mary, officer, customer):
    named = {"by": officer, "customer": customer, "submission": "8f4d8a52-6a3e-4a55-8d19-3d1b6f0f8a11"}
    facts = factories.incident_facts(affected_staff=[mary])
    assert refused_fields(lambda: actions.log_incident(**named, **facts)) == ["affected_how"]
    logged = actions.log_incident(**named, **facts | {"facts": "Spat at Mary at the desk."})
    assert mary in logged.affected_staff.all()
    assert Notice.objects.filter(recipient=mary, text__contains="named you").exists()


@pytest.fixture
def named(incident, mary, officer):
    return actions.change_incident(
        incident=incident,
        by=officer,
        version=incident.version,
        affected_staff=[officer, mary],
        affected_how="Mary was copied in and read it.",
    )


def contest(incident, by, reason="I was only sent a copy."):
    incident.refresh_from_db()
    return actions.contest_part(incident=incident, by=by, version=incident.version, reason=reason)


def settle(incident, by, person, was_error=True, reason="I asked her, and read the message."):
    incident.refresh_from_db()
    return actions.settle_part(
        incident=incident, by=by, version=incident.version, person=person, was_error=was_error, reason=reason
    )


def counts(person, incident):
    """Return whether somebody's part keeps them from deciding and, by the same history, from hearing an appeal."""
    has_part = person.pk in people_with_part([incident]).affected
    assert has_part == (person.pk in {part.person for part in involvements([incident.pk])})
    return has_part


def test_whoever_was_named_in_error_says_so_and_another_manager_confirms_it(named, mary, officer, manager):
    with pytest.raises(Refused):
        contest(named, manager)
    contest(named, mary)
    assert counts(mary, named), "saying so clears nobody"
    assert [row["reference"] for row in task_rows(manager, "incident.part")] == [named.reference]
    with pytest.raises(Refused):
        settle(named, officer, mary)
    settle(named, manager, mary)
    assert not counts(mary, named)
    assert not task_rows(manager, "incident.part")
    named.refresh_from_db()
    actions.change_incident(
        incident=named,
        by=officer,
        version=named.version,
        affected_staff=[officer, mary],
        affected_how="Mary was spat at afterwards.",
    )
    assert counts(mary, named), "a new fact counts again"


def test_who_had_a_part_after_all_keeps_it(named, mary, manager):
    contest(named, mary)
    settle(named, manager, mary, was_error=False)
    assert counts(mary, named)
    assert not task_rows(manager, "incident.part")


def test_nobody_confirms_it_for_themselves_nor_of_whom_they_named_while_another_is_there(
    incident, officer, manager
):
    ccsm = factories.staff("ccsm", "CCSM")
    named = actions.change_incident(
        incident=incident,
        by=manager,
        version=incident.version,
        affected_staff=[officer, ccsm],
        affected_how="Ccsm was called names.",
    )
    contest(named, ccsm)
    assert refused_fields(lambda: settle(named, ccsm, ccsm)) == ["person"]
    another = factories.staff("another", "Manager")
    assert refused_fields(lambda: settle(named, manager, ccsm)) == ["person"]
    factories.is_away(another)
    assert settle(named, manager, ccsm), "nobody else is there"


def test_pages_to_contest_and_to_settle(signed_in, named, mary, manager):
    page = signed_in(mary).get(named.get_absolute_url()).content.decode()
    assert "I had no part in it" in page
    url = f"{named.get_absolute_url()}no-part/"
    answer = signed_in(mary).post(url, {"version": named.version, "reason": "I was only sent a copy."})
    assert answer.status_code == 302
    url = f"{named.get_absolute_url()}parts/"
    assert "I was only sent a copy." in signed_in(manager).get(url).content.decode()
    typed = {"version": named.version + 1, "person": "mary", "was_error": "yes", "reason": "She showed me."}
    assert signed_in(manager).post(url, typed).status_code == 302
    assert not counts(mary, named)
