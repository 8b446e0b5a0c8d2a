"""Pages of reviews and appeals say here why their reader sees no letter."""

from cha_engagement.letters.models import Letter

from ..enums import AppealStatus, ReviewStatus
from ..models import Appeal, Review

NO_LETTER: dict[str, str] = {
    ReviewStatus.SCHEDULED: "None yet. There is one to write once the review is held.",
    ReviewStatus.HELD: "None yet. The customer waits to hear the outcome.",
    ReviewStatus.CANCELLED: "None. The restriction ended before there was a review.",
    AppealStatus.RECEIVED: "None yet. The first one says that the appeal has reached us.",
    AppealStatus.ACKNOWLEDGED: "None yet. The customer waits to hear that the appeal has reached us.",
    AppealStatus.DECIDED: "None yet. The customer waits to hear the outcome.",
    AppealStatus.WITHDRAWN: "None. The customer took the appeal back.",
    AppealStatus.PASSED_ON: "None. The customer was told where to turn when the appeal was logged.",
}


def explain_no_letter(record: Review | Appeal, letters: list[Letter]) -> str:
    return "There are letters, which you cannot open." if letters else NO_LETTER[record.status]
