"""Make what is measured: the demonstration, and around it an association of 500 staff with ten years of cases.

Closed cases are as many as asked. What is open depends on how many people work there and not on the years, so there is the same of it
at every size.
"""

from ..filling import count_to, fast_writes
from .incidents import make_contacts, make_incidents
from .letters import make_follow_up_letters
from .people import make_customers, make_notices, make_staff
from .restrictions import make_restrictions
from .reviews import make_appeals, make_reviews


def build_association(size: int) -> None:
    """Make `size` incidents and contacts, a fifth as many customers, and a twentieth as many restrictions."""
    from incidents.contacts.models import Contact
    from incidents.models import Incident
    from restrictions.models import Restriction

    with fast_writes():
        fill_tables(size)
    print({model.__name__: model.objects.count() for model in (Incident, Contact, Restriction)}, flush=True)


def fill_tables(size: int) -> None:
    count_to(size)
    make_staff()
    make_customers(size // 5)
    make_incidents(size, size // 5)
    make_contacts(size, size // 5)
    make_restrictions(size)
    make_follow_up_letters(size)
    make_reviews(size)
    make_appeals(size)
    make_notices(size)
