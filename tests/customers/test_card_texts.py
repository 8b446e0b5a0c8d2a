"""Words of staff on a card tell what somebody needs, and take nothing from them."""

import uuid

import pytest

from cha_engagement.core.refusals import Incomplete
from cha_engagement.customers import actions, rules
from cha_engagement.customers.models import Adjustment
from cha_engagement.staff.models import Notice
from tests.overwriting import overwrite_record

from .. import factories

pytestmark = [pytest.mark.django_db, pytest.mark.beyond("B36")]


def agree(customer, by, what):
    return actions.agree_adjustment(customer=customer, by=by, submission=uuid.uuid4(), what=what)


@pytest.mark.policy("53")
@pytest.mark.policy("54")
@pytest.mark.parametrize(
    "what",
    [
        "Tell him we do not take complaints from him any more.",
        "He may not complain. Do not log his complaints.",
        "No appeals from her.",
        "His family is banned too.",
        "Do not do repairs for him until he apologises.",
        "Emergency calls from him are ignored.",
        "Do not put him through to the ombudsman.",
        "What he writes is not read.",
        "Hang up when he rings to complain.",
        "Put the phone down if she wants to appeal.",
    ],
)
def test_what_denies_a_right_is_no_adjustment(customer, officer, what):
    with pytest.raises(Incomplete) as refused:
        agree(customer, officer, what)
    assert {refusal.field for refusal in refused.value.refusals} == {"what"}
    assert "Say here only what they need" in str(refused.value)


@pytest.mark.policy("53", "54")
@pytest.mark.parametrize(
    "field", ["name", "known_as", "address", "preferred_language", "accessibility_needs", "vulnerability"]
)
def test_what_denies_a_right_stands_in_no_field_of_a_card(customer, officer, field):
    with pytest.raises(Incomplete) as refused:
        actions.change_customer(customer=customer, by=officer, version=1, **{field: "No appeals from her."})
    assert {refusal.field for refusal in refused.value.refusals} == {field}


@pytest.mark.policy("24")
@pytest.mark.parametrize(
    "what",
    [
        "Visit alone at any time: no need to speak to a manager.",
        "There is no need to ring a manager.",
        "Staff need not ask a manager before they go.",
        "You don't have to tell the duty manager.",
        "Do not ask managers about her.",
        "Never mind the warning. Nobody has to speak to a manager.",
        "Visit her alone whenever you like.",
        "Visits alone are fine.",
        "It is fine to visit alone.",
    ],
)
def test_officer_cannot_take_back_a_warning_by_words_on_the_card(customer, officer, what):
    with pytest.raises(Incomplete, match="Only a manager takes a warning off") as refused:
        agree(customer, officer, what)
    assert {refusal.field for refusal in refused.value.refusals} == {"what"}
    with pytest.raises(Incomplete, match="Only a manager takes a warning off"):
        actions.change_customer(customer=customer, by=officer, version=1, accessibility_needs=what)


@pytest.mark.policy("9")
@pytest.mark.policy("18")
@pytest.mark.parametrize(
    "what",
    [
        "Read letters out over the phone.",
        "She cannot write: take her complaints over the phone.",
        "Take complaints over the phone.",
        "No repair visits before 10 am, as carers are there.",
        "Carry out repairs only when her support worker is there.",
        "Her husband cannot hear; speak to her.",
        "They do not read English.",
        "Deaf. Do not phone: text instead.",
        "His carer must not be told of his arrears.",
        "He does not understand the complaints process: explain it in easy words.",
        "Give him longer to appeal: he reads slowly.",
        "Repairs: knock loudly, she cannot hear the bell.",
        "She cannot ring about repairs; text her.",
        "Her children must not be asked to interpret.",
        "No unannounced repairs: text a day before.",
        "See her alone: she does not talk in front of her son.",
        "Visit him alone.",
        "Do not visit alone at any time.",
        "It is not safe to visit alone.",
        "Do not visit without asking a manager.",
        "Do not tell her manager at work that we rang.",
        "They do not ask managers: ring them yourself.",
        "She will not speak to a manager about it; let her officer ring.",
    ],
)
def test_what_somebody_needs_is_not_held_up(customer, officer, what):
    agree(customer, officer, what)
    assert Adjustment.objects.get().what == what


@pytest.mark.policy("9", "18")
@pytest.mark.parametrize(
    "what",
    [
        "He has no right arm.",
        "Cannot use the emergency line, as it has no text relay.",
        "She does not report emergencies herself; her sister rings for her.",
        "Do not ask him to put a complaint in writing.",
        "Do not send appeal letters in standard print.",
        "Do not discuss complaints with her husband.",
        "She agrees to only write.",
        "Her support worker makes every contact for her.",
    ],
)
def test_what_may_be_meant_well_is_kept_and_a_manager_looks_at_it(customer, officer, manager, what):
    agree(customer, officer, what)
    notice = Notice.objects.get(recipient=manager, reference=customer.reference)
    assert "may limit something" in notice.text


def test_what_a_manager_writes_is_looked_at_by_another(customer, manager):
    other = factories.staff("other", "Manager")
    actions.change_customer(customer=customer, by=manager, version=1, accessibility_needs="No right arm.")
    assert Notice.objects.get(reference=customer.reference).recipient == other


def test_words_that_may_deny_something_hold_up_no_change_around_them(customer, officer):
    needs = "She cannot hear."
    old = "Complaints are not welcome."
    overwrite_record(customer, accessibility_needs=old)
    changed = actions.change_customer(
        customer=customer, by=officer, version=1, accessibility_needs=f"{old} {needs}"
    )
    assert changed.accessibility_needs == f"{old} {needs}"
    assert not Notice.objects.filter(reference=customer.reference).exists()


def test_what_stood_there_before_holds_up_no_other_change(customer, officer, monkeypatch):
    with monkeypatch.context() as before:
        before.setattr(rules, "check_card_texts", lambda *texts: [])
        actions.change_customer(
            customer=customer, by=officer, version=1, accessibility_needs="No complaints."
        )
    actions.change_customer(
        customer=customer, by=officer, version=2, known_as="Orla", accessibility_needs="No complaints."
    )
