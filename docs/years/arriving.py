"""What comes in on a day: an incident like those of the demonstration's ordinary days, and appeals."""

from datetime import timedelta

from cha_engagement.customers.enums import Channel
from cha_engagement.demo.incidents import log_incident
from cha_engagement.demo.incidents.background import background_incidents
from cha_engagement.demo.staff import person
from cha_engagement.organisation.calendar import today
from restrictions.enums import RestrictionStatus
from restrictions.models import Restriction
from reviews.actions import log_appeal

from .doing import begin

APPEALED_AFTER = timedelta(days=7)
ONE_IN = 4
"""Against so many of the restrictions that customers are told of there is one appeal."""


def log_what_comes() -> None:
    demonstration = begin()
    log_incident(demonstration, *background_incidents(demonstration, 1))
    for restriction in Restriction.objects.filter(
        status=RestrictionStatus.IMPOSED, customer_notified_on=today() - APPEALED_AFTER
    ):
        if restriction.pk % ONE_IN == 0:
            log_appeal(
                customer=restriction.customer,
                by=person("officer"),
                submission=demonstration.submission(),
                received_on=today(),
                restrictions=[restriction],
                channel=Channel.LETTER,
                lodged_by=restriction.customer.name,
                grounds="It was not as you say, and nobody asked me.",
            )
