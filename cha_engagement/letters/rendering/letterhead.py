from cha_engagement.customers.enums import Channel
from cha_engagement.letters.models import Letter
from cha_engagement.letters.queries.channels import closed_channels
from cha_engagement.organisation.models import Organisation


def letterhead(letter: Letter) -> tuple[str, str]:
    """Return the association's address and its other lines, as they stand at the head of a letter: as issued, or as they would be now."""
    if letter.letterhead:
        address, _, lines = letter.letterhead.partition("\n\n")
        return address, lines
    organisation, closed = Organisation.current(), closed_channels(letter)
    by_post = not {Channel.LETTER, Channel.OFFICE} <= closed
    ways = {
        Channel.PHONE: organisation.phone,
        Channel.EMAIL: organisation.email,
        Channel.ONLINE_FORM: organisation.website,
    }
    return (
        "\n".join(filter(None, map(str.strip, organisation.address.splitlines()))) if by_post else "",
        "\n".join(line for channel, line in ways.items() if line and channel not in closed),
    )
