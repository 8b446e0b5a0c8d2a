from collections.abc import Collection

from cha_engagement.customers.enums import Channel
from cha_engagement.letters.models import Letter
from cha_engagement.letters.queries.channels import closed_channels
from cha_engagement.organisation.models import Organisation


def letterhead(letter: Letter) -> tuple[str, str]:
    """Return the association's address and its other lines, as issued or as they would be now: none that is closed to its reader.

    Policy §5, 21.1.
    """
    if letter.letterhead:
        address, _, lines = letter.letterhead.partition("\n\n")
        return address, lines
    organisation, closed = Organisation.current(), closed_channels(letter)
    return head_address(organisation, closed), head_lines(organisation, closed)


def head_address(organisation: Organisation, closed: Collection[Channel] = ()) -> str:
    """Return the association's address as it stands at the head of a letter; nothing where its reader can neither write there nor come."""
    if {Channel.LETTER, Channel.OFFICE} <= set(closed):
        return ""
    return "\n".join(filter(None, map(str.strip, organisation.address.splitlines())))


def head_lines(organisation: Organisation, closed: Collection[Channel] = ()) -> str:
    """Return the other ways to the association at the head of a letter: those that are open to its reader."""
    contacts = {
        Channel.PHONE: organisation.phone,
        Channel.EMAIL: organisation.email,
        Channel.ONLINE_FORM: organisation.website,
    }
    return "\n".join(contact for channel, contact in contacts.items() if contact and channel not in closed)
