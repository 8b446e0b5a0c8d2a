"""How a customer reaches us in an emergency, by a route that they can use. Beyond the policy: B2."""

from cha_engagement.organisation.models import Organisation

from . import needs
from .enums import Channel
from .models import Customer


def emergency_routes(customer: Customer | None, organisation: Organisation) -> list[str]:
    """Return the routes that this customer can use, or those of anybody where there is none; empty where none is kept.

    The emergency line is for whoever uses a phone. Those who cannot, or of whom it is in doubt, have the others too.
    """
    if customer and customer.emergency_route:
        return [customer.emergency_route]
    cannot = set(customer.cannot_use) if customer else set()
    needs_another = customer is not None and bool(
        {*cannot, *needs.doubtful_channels(customer)} & {Channel.PHONE}
    )
    routes = []
    if organisation.emergency_phone and Channel.PHONE not in cannot:
        routes.append(organisation.emergency_phone)
    if not needs_another:
        return routes
    if organisation.emergency_relay:
        routes.append(f"{organisation.emergency_relay} (Relay UK)")
    if organisation.emergency_text and Channel.MESSAGE not in cannot:
        routes.append(f"{organisation.emergency_text} (by text)")
    if organisation.emergency_email and Channel.EMAIL not in cannot:
        routes.append(f"{organisation.emergency_email} (by email)")
    return routes


def can_phone(customer: Customer | None) -> bool:
    return customer is None or Channel.PHONE not in customer.cannot_use
