"""Somebody from outside hears the one appeal that they are named for, and reads nothing else. Policy §22, 65."""

import uuid

import pytest
from lxml import html

from cha_engagement.core.refusals import Incomplete
from cha_engagement.customers.models import Customer
from cha_engagement.letters.actions import draft_letter, edit_draft
from cha_engagement.letters.enums import SignedAs
from cha_engagement.letters.letters import GENERAL
from cha_engagement.letters.models import Letter
from incidents.models import Incident
from restrictions.models import ManagementDecision, Restriction
from reviews.models import Appeal
from reviews.rules import may_hear_appeal

from .. import factories
from .conftest import acknowledge_appeal, name_substitute

pytestmark = [pytest.mark.django_db, pytest.mark.policy("22")]

READ = (Appeal, Restriction, ManagementDecision, Incident, Letter)


@pytest.fixture
def hearer(db):
    return factories.staff("hearer", "Named Hearer", job_title="Committee member")


@pytest.fixture
def appeal(decision, executive2, log_appeal):
    """An appeal about what the only executive imposed."""
    return acknowledge_appeal(log_appeal(factories.restriction(by=executive2, decision=decision)), executive2)


@pytest.fixture
def other_appeal(executive2, customer, officer, log_appeal):
    return log_appeal(factories.unrelated_restriction(by=executive2, customer=customer, reported_by=officer))


def read_by(person):
    return {record for model in READ for record in model.objects.visible_to(person)}


def test_nothing_is_read_before_somebody_is_named(hearer, appeal, signed_in):
    assert read_by(hearer) == set()
    assert not Customer.objects.visible_to(hearer)
    assert signed_in(hearer).get("/appeals/").status_code in (200, 403)
    assert signed_in(hearer).get(appeal.get_absolute_url()).status_code == 404
    assert may_hear_appeal(hearer, appeal)


@pytest.mark.policy("65")
def test_the_appeal_they_are_named_for_is_read_with_what_it_rests_on(
    hearer, appeal, other_appeal, management
):
    named = name_substitute(appeal, hearer, by=management)
    restriction = named.appealed.get().restriction
    assert read_by(hearer) == {
        named,
        restriction,
        restriction.decision,
        *restriction.decision.incidents.all(),
    }
    assert not Customer.objects.visible_to(hearer)


def test_they_decide_and_read_it_afterwards(hearer, appeal, management, decide_appeal):
    named = name_substitute(appeal, hearer, by=management)
    assert may_hear_appeal(hearer, named) is None
    decided = decide_appeal(named, by=hearer)
    assert decided in read_by(hearer)


def test_whoever_is_named_in_their_place_reads_and_they_no_longer_do(hearer, appeal, management):
    name_substitute(appeal, hearer, by=management)
    appeal.refresh_from_db()
    other = factories.staff("landlord", "Named Hearer", job_title="Officer of another landlord")
    name_substitute(appeal, other, by=management)
    assert read_by(hearer) == set()
    assert appeal in read_by(other)


@pytest.mark.policy("65")
def test_no_page_leads_them_where_they_may_not_go(hearer, appeal, other_appeal, management, signed_in):
    named = name_substitute(appeal, hearer, by=management)
    browser = signed_in(hearer)
    seen, waiting, refused = set(), ["/", named.get_absolute_url()], {}
    while waiting:
        url = waiting.pop()
        if url in seen:
            continue
        seen.add(url)
        answer = browser.get(url, follow=True)
        if answer.status_code != 200:
            refused[url] = answer.status_code
        elif "text/html" in answer.headers["Content-Type"] and not url.startswith("/guide/"):
            links = html.fromstring(answer.content).xpath("//a/@href")
            waiting += [link.split("#")[0] for link in links if link.startswith("/") and "?" not in link]
    assert refused == {}
    assert {named.get_absolute_url(), named.appealed.get().restriction.get_absolute_url()} <= seen
    assert other_appeal.get_absolute_url() not in seen


def test_their_name_stands_below_no_letter_but_those_of_panels(hearer, appeal, management, signed_in):
    customer = appeal.customer
    letter = draft_letter(
        customer=customer, kind=GENERAL, about=customer, by=management, submission=uuid.uuid4()
    )
    page = html.fromstring(signed_in(management).get(letter.get_absolute_url()).content)
    offered = page.xpath("//select[@name='signatory']/option/@value")
    assert management.username in offered
    assert hearer.username not in offered
    with pytest.raises(Incomplete, match="here for one appeal"):
        edit_draft(
            letter=letter,
            by=management,
            version=letter.version,
            signatory=hearer,
            signed_as=SignedAs.PERSON,
            advice=[],
        )
