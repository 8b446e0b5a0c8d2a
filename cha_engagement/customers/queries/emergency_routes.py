"""Find the routes by which a customer can reach us in an emergency. Beyond the policy: B2."""

from cha_engagement.organisation.models import Organisation

from ..enums import Channel
from ..models import Customer
from .needs import doubtful_channels


def emergency_routes(customer: Customer | None, organisation: Organisation) -> list[str]:
    """Return the emergency routes that this customer can use. Their own is added to ours and replaces none.

    The emergency line is for whoever uses a phone and speaks English. Those who cannot, or of whom it is in doubt, have the others too.
    """
    own = [customer.emergency_route] if customer and customer.emergency_route else []
    cannot_use = set(customer.cannot_use) if customer else set()
    needs_another = customer is not None and (
        Channel.PHONE in cannot_use or Channel.PHONE in doubtful_channels(customer)
    )
    routes = []
    if organisation.emergency_phone and can_use_emergency_line(customer):
        routes.append(organisation.emergency_phone)
    needs_interpreter = customer is not None and customer.needs_interpreter
    if organisation.emergency_interpreter and needs_interpreter and can_phone(customer):
        routes.append(f"{organisation.emergency_interpreter} (with an interpreter)")
    if not needs_another:
        return routes + own
    # Relay UK leads from a phone or an app to our line, by typing and reading.
    if organisation.emergency_relay and Channel.MESSAGE not in cannot_use:
        routes.append(f"{organisation.emergency_relay} (Relay UK)")
    if organisation.emergency_text and Channel.MESSAGE not in cannot_use:
        routes.append(f"{organisation.emergency_text} (by text)")
    if organisation.emergency_email and Channel.EMAIL not in cannot_use:
        routes.append(f"{organisation.emergency_email} (by email)")
    return routes + own


def can_use_emergency_line(customer: Customer | None) -> bool:
    """Return whether the emergency line serves a customer: a voice on the phone, in English."""
    return can_phone(customer) and not (customer and customer.needs_interpreter)


def can_phone(customer: Customer | None) -> bool:
    return customer is None or Channel.PHONE not in customer.cannot_use
