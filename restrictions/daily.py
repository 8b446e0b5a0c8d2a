from datetime import date

from cha_engagement.core import hub
from cha_engagement.core.records import Stale

from . import actions, notifications, queries
from .enums import STANDING
from .models import InterimMeasure, Restriction


@hub.daily.add
def expire_restrictions(today: date) -> str:
    """End what has had its last day. Run twice or late, it finds what is left. Policy §23."""
    over = Restriction.objects.filter(status__in=STANDING, ends_on__lt=today).order_by("ends_on", "pk")
    count = 0
    for restriction in list(over):
        try:
            actions.expire_restriction(restriction=restriction)
            count += 1
        except Stale:  # somebody ended it in another way meanwhile
            continue
    return f"{count} restrictions had their last day and have expired."


@hub.daily.add
def lapse_interim_measures(today: date) -> str:
    """Whoever can decide what follows is told that it has lapsed, where nobody has. Beyond the policy: B21."""
    count = 0
    undecided = queries.undecided_interim_measures()
    for interim in list(InterimMeasure.objects.filter(status="in_force", ends_on__lt=today).order_by("pk")):
        try:
            lapsed = actions.lapse_interim_measure(interim=interim)
            count += 1
            if undecided.filter(pk=lapsed.pk).exists():
                notifications.notify_of_lapse(lapsed, queries.interim_deciders(lapsed))
        except Stale:  # a manager ended it meanwhile
            continue
    return f"{count} interim measures have lapsed."


@hub.daily.add
def remind_of_interim_measures(today: date) -> str:
    """Two working days before they lapse, and on the day. Beyond the policy: B21."""
    told = 0
    for interim in queries.undecided_interim_measures().filter(ends_on__gte=today).order_by("pk"):
        if queries.is_lapsing_soon(interim, today):
            told += notifications.warn_of_lapse(interim, queries.interim_deciders(interim), today)
    return f"{told} reminded that an interim measure lapses."
