"""B20: a typed draft comes back in every form."""

import uuid

import pytest
from django import forms
from django.contrib.sessions.models import Session
from django.db import transaction
from django.test import Client

from cha_engagement.letters import actions as letters

from .access import EXPECTED
from .routes import path_of, path_of_form
from .test_over import ENDED_ACTIONS, ROLES, acted_on

# Routes that only act are buttons, and nothing is typed there.
FORMS = sorted({route for (route, _), (shown, done) in EXPECTED.items() if 200 in shown and 422 in done})
ONLY_CHOOSE = {"customer_unmerge", "restorative_complete"}
"""Forms without a text."""
TYPED = "Typed before the session ended."


@pytest.mark.beyond("B20")
@pytest.mark.parametrize("route", FORMS)
def test_a_draft_is_restored_on_every_form(world, ask, clients, route):
    path = path_of_form(route, world)
    with transaction.atomic():
        if route == "letter":
            path = draft_decision_letter(world).get_absolute_url()
        who = next(role for role in ROLES if ask(role, "post", path).status_code == 422)
        form = ask(who, "get", path).context["form"]
        typed, hidden = {}, {}
        for bound in form:
            if bound.is_hidden:
                hidden[bound.name] = bound.value() or ""
            elif isinstance(bound.field, forms.CharField):
                typed[bound.name] = f"{TYPED} {bound.name}"
        clients[who].post("/drafts/", hidden | typed | {"draft_path": path})
        page = clients[who].get(path).content.decode()
        transaction.set_rollback(True)
    assert ("What you typed is not saved yet" in page) == bool(typed)
    assert [text for text in typed.values() if text not in page] == []


@pytest.mark.beyond("B20")
@pytest.mark.parametrize("has_session", [True, False])
@pytest.mark.parametrize("route", sorted(ENDED_ACTIONS.keys() - ONLY_CHOOSE))
def test_a_draft_of_an_action_that_is_over_comes_back(world, ask, route, has_session):
    path, record = path_of(route, world.other), acted_on(route, world.other)
    overtake, sentence = ENDED_ACTIONS[route]
    who = next(role for role in ROLES if ask(role, "post", path).status_code == 422)
    names = [
        bound.name
        for bound in ask(who, "post", path).context["form"]
        if isinstance(bound.field, forms.CharField) and not bound.is_hidden
    ]
    typed = {name: f"{TYPED} {name}" for name in names}
    answers = typed | {"version": record.version - (not overtake)}
    client = Client()
    with transaction.atomic():
        if overtake:
            overtake(type(record).objects.get(pk=record.pk), world.staff["management"])
        client.force_login(world.staff[who])
        client.get("/")
        if not has_session:
            Session.objects.update(expire_date="2020-01-01T00:00:00Z")
        client.post("/drafts/", answers | {"draft_path": path})
        signing_in = client.get(path, follow=True).content.decode()
        client.force_login(world.staff[who])
        page = client.get(path).content.decode()
        transaction.set_rollback(True)
    assert [text for text in typed.values() if text not in page] == []
    assert sentence in page
    assert has_session or sentence not in signing_in


def draft_decision_letter(world):
    return letters.draft_letter(
        customer=world.own["customer"],
        kind="restriction_decided",
        about=world.own["decision"],
        by=world.staff["manager"],
        submission=uuid.uuid4(),
    )
