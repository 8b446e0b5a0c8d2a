"""Steps from a decision to a letter that has reached its reader, and questions about what then applies."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse

from cha_engagement.core.refusals import Incomplete
from cha_engagement.letters import actions as letters
from cha_engagement.letters.enums import SentBy
from cha_engagement.letters.models import Letter
from cha_engagement.letters.rendering.placeholders import filled_text
from cha_engagement.organisation.calendar import add_months, start_of_day, today
from cha_engagement.staff.models import StaffMember
from restrictions import actions as restrictions
from restrictions.enums import Begins

from .. import factories
from ..checked import send_checked
from ..incidents.test_views import typed_answers
from ..restrictions.test_deciding import decision_page, measures_page
from ..restrictions.test_views import errors

WAITS = {"begins": Begins.WHEN_TOLD, "at_once_reason": ""}
"""The answers by which a restriction begins once its customer is told."""


def reload(record):
    return type(record).objects.get(pk=record.pk)


def refusals_of(action, *args, **kwargs):
    """Return what an action that is not carried out misses: each sentence, by its field."""
    with pytest.raises(Incomplete) as refused, transaction.atomic():
        action(*args, **kwargs)
    return {refusal.field: refusal.sentence for refusal in refused.value.refusals}


def draft_letter(decision, by):
    return restrictions.draft_decision_letter(decision=reload(decision), by=by)


def send_letter(letter, by, channel=SentBy.LETTER, **changes):
    """Return a letter, issued where it was not and marked as sent today."""
    letter = reload(letter)
    issued = letter if letter.issued_at else factories.issue_letter(letter, by=by)
    return letters.send_letter(
        letter=issued,
        by=by,
        version=issued.version,
        sent_by_channel=channel,
        sent_on=today(),
        **factories.handed_over(channel, by=by) | changes,
    )


def post_sent_form(client, letter, channel, **changes):
    """Return the answer to the form that marks a letter as sent, with its text."""
    letter = reload(letter)
    typed = {"version": letter.version, "sent_by_channel": channel, "sent_on": today().isoformat()}
    person = StaffMember.objects.get(pk=client.session["_auth_user_id"])
    if over := factories.handed_over(channel, by=person):
        typed |= {
            "handed_over_by": person.username,
            "handed_over_time": over["handed_over_time"].isoformat("minutes"),
        }
    answer = client.post(reverse("letter_sent", args=[letter.reference]), typed | changes)
    return answer.status_code, words(answer)


def words(answer):
    """Return the words of a page, without its lines."""
    return " ".join(answer.content.decode().split())


def text_of(letter):
    """Return what a letter says to its reader, in one line."""
    return " ".join((letter.text or filled_text(letter)).split())


def restriction_form(**changes):
    """Return the page that imposes a restriction as a browser sends it."""
    facts = factories.restriction_facts(**changes)
    terms = facts.pop("terms")
    facts.pop("kind")
    return facts | terms


def later(time_machine, day):
    """Go on at ten o'clock of another day."""
    time_machine.move_to(start_of_day(day) + timedelta(hours=10))


def in_months(months):
    return add_months(today(), months)


def lead_to_letter(signed_in, officer, manager, customer, closed=("phone",), **measures):
    """Return the draft letter about what follows from an incident, after each page on the way to it."""
    incident = log_incident(signed_in(officer), customer)
    client = signed_in(manager)
    assess(client, incident)
    return decide(client, incident, closed=closed, **measures)


def log_incident(client, customer, **answers):
    typed = typed_answers(customer=customer.reference, **answers)
    answer = client.post(reverse("incident_new"), typed)
    assert answer.status_code == 302, words(answer)
    return customer.incidents.latest("pk")


def assess(client, incident):
    facts = {"version": reload(incident).version, "outcome": "active_management", "reasons": "It goes on."}
    facts["categories"] = sorted(incident.category_codes)
    answer = send_checked(client, reverse("incident_assess", args=[incident.reference]), facts)
    assert answer.status_code == 302, words(answer)


def shown_form(form):
    return {bound.name: bound.value() for bound in form}


def decide(client, incident, **measures):
    """Return the draft letter to which the last of the three pages of a decision leads."""
    names = ("decide", "decide_measures", "decide_check")
    first, second, last = (reverse(name, args=[incident.customer.reference]) for name in names)
    waits = {"begins": Begins.WHEN_TOLD, "measures": []}
    for url, typed in (
        (first, decision_page(incident)),
        (second, measures_page(incident, **waits | measures)),
    ):
        answer = client.post(url, typed)
        assert answer.status_code == 302, errors(answer)
    answer = client.post(last, shown_form(client.get(last).context["form"]))
    return Letter.objects.get(reference=answer.url.split("/")[-2])
