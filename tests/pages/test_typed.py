"""B20: whatever form somebody was typing in, what they typed comes back in it."""

import uuid

import pytest
from django import forms
from django.db import transaction

from cha_engagement.letters import workflow as letters

from .routes import RECORDS, path_of
from .test_access import EXPECTED

ROLES = ("manager", "management", "executive", "officer")
# What only does is a button, and nothing is typed there.
FORMS = sorted({route for (route, _), (shown, done) in EXPECTED.items() if 200 in shown and 422 in done})
TYPED = "Typed before the session ended."


@pytest.mark.beyond("B20")
@pytest.mark.parametrize("route", FORMS)
def test_what_was_typed_is_back_in_the_form(world, ask, clients, route):
    path = path_of(route, world.own if RECORDS.get(route) in world.own else world.other)
    with transaction.atomic():
        if route == "letter":
            path = drafted(world).get_absolute_url()
        who = next(role for role in ROLES if ask(role, "post", path).status_code == 422)
        form = ask(who, "get", path).context["form"]
        typed, sent = {}, {}
        for bound in form:
            if bound.is_hidden:
                sent[bound.name] = bound.value() or ""
            elif isinstance(bound.field, forms.CharField):
                typed[bound.name] = f"{TYPED} {bound.name}"
        clients[who].post("/drafts/", sent | typed | {"draft_path": path})
        page = clients[who].get(path).content.decode()
        transaction.set_rollback(True)
    assert ("What you typed is not saved yet" in page) == bool(typed)
    assert [text for text in typed.values() if text not in page] == []


def drafted(world):
    return letters.draft(
        customer=world.own["customer"],
        kind="restriction_decided",
        about=world.own["decision"],
        by=world.staff["manager"],
        submission=uuid.uuid4(),
    )
