"""How a customer reaches us in an emergency, by a route that they can use. Beyond the policy: B2."""

import re
from collections.abc import Iterator

from cha_engagement.organisation.models import Organisation
from cha_engagement.policy import Refusal

from . import needs, wording
from .enums import Channel
from .models import Customer

WAY = re.compile(r"\d|\w@\w")


def emergency_routes(customer: Customer | None, organisation: Organisation) -> list[str]:
    """Return the routes that this customer can use; empty where none is kept. Their own is added to ours, and takes the place of none.

    The emergency line is for whoever uses a phone. Those who cannot, or of whom it is in doubt, have the others too.
    """
    own = [customer.emergency_route] if customer and customer.emergency_route else []
    cannot = set(customer.cannot_use) if customer else set()
    needs_another = customer is not None and (
        Channel.PHONE in cannot or Channel.PHONE in needs.doubtful_channels(customer)
    )
    routes = []
    if organisation.emergency_phone and Channel.PHONE not in cannot:
        routes.append(organisation.emergency_phone)
    if not needs_another:
        return routes + own
    if organisation.emergency_relay:
        routes.append(f"{organisation.emergency_relay} (Relay UK)")
    if organisation.emergency_text and Channel.MESSAGE not in cannot:
        routes.append(f"{organisation.emergency_text} (by text)")
    if organisation.emergency_email and Channel.EMAIL not in cannot:
        routes.append(f"{organisation.emergency_email} (by email)")
    return routes + own


def check_route(route: str) -> Iterator[Refusal]:
    """Refuse what leads nowhere, or closes a way instead of naming one."""
    if route and not WAY.search(route):
        yield Refusal(
            "Give a number or an address by which they reach us in an emergency.", "B2", "emergency_route"
        )
    for limit in wording.limits_in(route):
        yield Refusal(
            f"{limit.refusal.sentence} Say only how they reach us in an emergency.", "B2", "emergency_route"
        )


def can_phone(customer: Customer | None) -> bool:
    return customer is None or Channel.PHONE not in customer.cannot_use
