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
    is_post_open = not {Channel.LETTER, Channel.OFFICE} <= closed
    contacts = {
        Channel.PHONE: organisation.phone,
        Channel.EMAIL: organisation.email,
        Channel.ONLINE_FORM: organisation.website,
    }
    return (
        "\n".join(filter(None, map(str.strip, organisation.address.splitlines()))) if is_post_open else "",
        "\n".join(contact for channel, contact in contacts.items() if contact and channel not in closed),
    )
