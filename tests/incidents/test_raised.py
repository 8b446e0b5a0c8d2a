"""Whoever calls an incident worse than was said of it says why, and that stands wherever something rests on it. Policy §24."""

import pytest

from cha_engagement.core.refusals import Incomplete
from incidents import actions
from incidents.enums import Category, Harm, Outcome
from restrictions.actions import ask_not_to_notify
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.policy("24")]

MANY_CALLS = {"categories": [Category.LEVEL_OF_CONTACT], "harm": Harm.NO}
WHY = "The recording has him say that he will wait for her."


@pytest.fixture
def logged(officer, customer):
    return factories.incident(by=officer, customer=customer, **MANY_CALLS)


def change(incident, by, **facts):
    version = incident.reload_locked().version
    return actions.change_incident(incident=incident, by=by, version=version, **facts)


def assess(incident, by, **facts):
    answers = {"outcome": Outcome.ACTIVE_MANAGEMENT, "reasons": "It needs a decision."} | facts
    version = incident.reload_locked().version
    return actions.assess_incident(incident=incident, by=by, version=version, **answers)


@pytest.mark.parametrize("step", [change, assess], ids=["changed", "assessed"])
@pytest.mark.parametrize(
    "code", [Category.VIOLENCE, Category.OTHER_THREAT, Category.ABUSE, Category.HARASSMENT]
)
def test_what_is_raised_has_a_reason_of_its_own(step, code, logged, manager, officer):
    by = officer if step == change else manager
    for nothing in ("", "n/a", "..", "see notes"):
        with pytest.raises(Incomplete, match="worse than it was reported"):
            step(logged, by, categories=[code], raised_reason=nothing)
    raised = step(logged, by, categories=[code], raised_reason=WHY)
    assert (raised.raised_reason, raised.raised_by) == (WHY, by)


def test_why_somebody_else_changes_it_is_that_reason(logged, manager):
    with pytest.raises(Incomplete, match="why you change"):
        change(logged, manager, categories=[Category.VIOLENCE])
    raised = change(logged, manager, categories=[Category.VIOLENCE], correction_reason=WHY)
    assert (raised.raised_reason, raised.raised_by) == (WHY, manager)


def test_from_abuse_to_violence_is_raised_again(officer, manager, customer):
    logged = factories.incident(
        by=officer, customer=customer, **MANY_CALLS | {"categories": [Category.ABUSE]}
    )
    with pytest.raises(Incomplete, match="worse than it was reported"):
        assess(logged, manager, categories=[Category.VIOLENCE])


def test_who_adds_harm_for_the_reporter_says_why(logged, manager, officer):
    with pytest.raises(Incomplete, match="why you change"):
        change(logged, manager, harm=Harm.YES)
    assert change(logged, officer, harm=Harm.YES).raised_reason == ""


@pytest.mark.parametrize(
    "said",
    [{"harm": Harm.YES}, {"harm": Harm.NOT_SURE, "categories": []}, {"harm": "", "categories": []}],
    ids=["harm", "not sure", "nothing"],
)
def test_nobody_is_asked_who_names_what_was_reported(said, officer, manager, customer):
    logged = factories.incident(by=officer, customer=customer, **MANY_CALLS | said)
    assert assess(logged, manager, categories=[Category.VIOLENCE]).raised_by is None


def test_what_is_none_of_the_worst_any_more_has_no_reason_left(logged, manager, officer):
    raised = change(logged, officer, categories=[Category.VIOLENCE], raised_reason=WHY)
    lowered = assess(raised, manager, categories=[Category.LEVEL_OF_CONTACT])
    assert (lowered.raised_reason, lowered.raised_by) == ("", None)


def test_what_is_no_worse_than_reported_any_more_is_called_so_no_more(manager, officer, customer):
    said = MANY_CALLS | {"categories": [Category.ABUSE]}
    logged = factories.incident(by=officer, customer=customer, **said)
    raised = change(logged, officer, categories=[Category.ABUSE, Category.VIOLENCE], raised_reason=WHY)
    assert raised.raised_reason == WHY
    lowered = assess(raised, manager, categories=[Category.ABUSE])
    assert (lowered.raised_reason, lowered.raised_by) == ("", None)


def test_the_form_says_beside_its_one_reason_that_it_is_missing(logged, manager, signed_in):
    client = signed_in(manager)
    url = f"{logged.get_absolute_url()}edit/"
    form = client.get(url).context["form"]
    answers = {name: "" if form[name].value() is None else form[name].value() for name in form.fields}
    answers["categories"] = [Category.VIOLENCE]
    answer = client.post(url, {name: value for name, value in answers.items() if value != ""})
    assert answer.status_code == 422
    assert "correction_reason" in answer.context["form"].errors
    assert not answer.context["form"].non_field_errors()


def test_it_stands_wherever_something_rests_on_it(logged, manager, signed_in):
    colleague = factories.staff("colleague", "Manager")
    raised = assess(logged, manager, categories=[Category.VIOLENCE], raised_reason=WHY)
    decision = factories.decision(by=manager, incidents=[raised])
    restriction = factories.restriction(by=manager, decision=decision, **factories.WAITS)
    asked = ask_not_to_notify(
        restriction=restriction,
        by=manager,
        version=restriction.version,
        unnotified_request="He would find her.",
    )
    interim = factories.interim_measure(by=manager, incidents=[raised])
    client = signed_in(colleague)
    pages = [record.get_absolute_url() for record in (raised, decision, asked, interim)]
    for page in (*pages, f"{asked.get_absolute_url()}untold/answer/", f"{raised.get_absolute_url()}danger/"):
        assert WHY in client.get(page).content.decode(), page


def test_the_forms_ask_for_it_where_it_may_be_asked(logged, manager, officer, customer, signed_in):
    client = signed_in(manager)
    for person, step in ((officer, "edit"), (manager, "assess")):
        page = signed_in(person).get(f"{logged.get_absolute_url()}{step}/").content.decode()
        assert 'name="raised_reason"' in page, step
    worst = factories.incident(by=officer, customer=customer, categories=[Category.VIOLENCE])
    assert 'name="raised_reason"' not in client.get(f"{worst.get_absolute_url()}assess/").content.decode()
