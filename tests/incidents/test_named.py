"""Whoever is said to be affected neither decides nor hears an appeal: to name somebody takes a fact, and they are told. Policy §13, 22."""

import pytest

from cha_engagement.core.refusals import Incomplete
from cha_engagement.staff.models import Notice
from incidents import actions
from tests import factories
from tests.refusals import refused_fields

pytestmark = [pytest.mark.django_db, pytest.mark.policy("13"), pytest.mark.policy("22")]


@pytest.fixture
def mary():
    return factories.staff("mary", "Executive Team")


@pytest.fixture
def incident(officer, customer):
    return factories.incident(by=officer, customer=customer, facts="Shouted at the desk.")


@pytest.mark.parametrize("how", ["", "Mary Example", "It upset her.", "mary, example"])
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
