from collections.abc import Collection
from typing import TYPE_CHECKING

from cha_engagement.customers.enums import CardSection, Channel
from cha_engagement.customers.interfaces import CardLine
from restrictions.kinds.kind import KindWithoutTerms

if TYPE_CHECKING:
    from restrictions.models import Restriction


class NoRecordingPause(KindWithoutTerms):
    """Call recording is not paused because they ask for it. Policy §21.2."""

    code = "no_recording_pause"
    title = "Call recording goes on when they ask us to pause it"
    description = "Calls go on being recorded, also when they ask us to stop."
    letter_title = "Recording of calls"
    paragraph = "21.2"
    subject = "recording"
    binds_staff_alone = True

    def usual_instruction(self, restriction: "Restriction") -> str:
        return (
            "If they ask you to pause the recording, say kindly that this call stays recorded, and offer another way that is open to them. "
            "Card payments are paused as for everybody."
        )

    def card_lines(self, restriction: "Restriction", closed: Collection[Channel] = ()) -> list[CardLine]:
        return [
            CardLine(CardSection.DONT, "Pause call recording because they ask for it.", restriction.ends_on)
        ]
