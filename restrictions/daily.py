from datetime import date
from typing import Any

from cha_engagement.core.permissions import Permission
from cha_engagement.core.records import Stale
from cha_engagement.organisation.calendar import latest_soon
from cha_engagement.staff.queries import first_able

from . import actions, notifications, queries
from .enums import STANDING, InterimStatus
from .models import InterimMeasure, ManagementDecision, Restriction


def expire_restrictions(today: date) -> str:
    """End restrictions that have had their last day. Run twice or late, it finds those that are left. Policy §23."""
    over = Restriction.objects.filter(status__in=STANDING, ends_on__lt=today).order_by("ends_on", "pk")
    count = 0
    for restriction in list(over):
        try:
            actions.expire_restriction(restriction=restriction)
            count += 1
        except Stale:  # somebody ended it in another way meanwhile
            continue
    return f"{count} restrictions had their last day and have expired."


def remind_of_last_days(today: date) -> str:
    """Say two working days before the last day of a restriction, and on it, that it ends by itself. Policy §23."""
    ending = Restriction.objects.filter(status__in=STANDING, ends_on__range=(today, latest_soon(today)))
    count = sum(
        notifications.warn_of_end(
            restriction, first_able(Permission.DECIDE_MANAGEMENT, restriction.imposed_by_id), today
        )
        for restriction in ending.order_by("ends_on", "pk")
    )
    return f"{count} reminded that a restriction ends."


def replace_absent_stand_ins(today: date) -> str:
    """Have somebody asked whether a customer is told, where whoever would answer went away or left. Beyond the policy: B36."""
    count = 0
    models: tuple[Any, ...] = (Restriction, ManagementDecision)
    for record in [
        record for model in models for record in queries.requests_without_stand_in(model).order_by("pk")
    ]:
        try:
            asked = actions.ask_another_stand_in(record=record)
            count += asked.unnotified_reader_id != record.unnotified_reader_id
        except Stale:  # somebody answered it meanwhile
            continue
    return f"{count} executives are asked whether a customer is told, in the place of somebody who is away."


def lapse_interim_measures(today: date) -> str:
    """End interim measures that have had their last day. Beyond the policy: B21."""
    count = 0
    over = InterimMeasure.objects.filter(status=InterimStatus.IN_FORCE, ends_on__lt=today)
    for interim in list(over.order_by("pk")):
        try:
            actions.lapse_interim_measure(interim=interim)
            count += 1
        except Stale:  # a manager ended it meanwhile
            continue
    return f"{count} interim measures have lapsed."
