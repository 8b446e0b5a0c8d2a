"""What is done about a review or an appeal, and what is left, as a list of steps. Beyond the policy: B22."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.urls import reverse

from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.letters.enums import LetterStatus
from cha_engagement.letters.models import Letter

from ..enums import OPEN_STATUSES, AppealStatus, LetterCode, ReviewStatus
from ..models import Appeal, Review
from ..queries import due_letter_kind

DONE, TO_DO, LATER = "done", "needed", "plain"


class Step(NamedTuple):
    """A step: its name, a code and words for how it stands, and where this reader takes it, if they may."""

    title: str
    code: str
    status: str
    url: str = ""


def steps_of_review(review: Review, letters: Iterable[Letter], may: dict[str, Any]) -> list[Step]:
    if review.status == ReviewStatus.CANCELLED:
        return []
    is_held = review.status == ReviewStatus.HELD
    hold = reverse("review_hold", args=[review.reference]) if may["hold"] else ""
    held = (
        (DONE, f"Held on {uk_date(review.held_on)}") if is_held else (TO_DO, f"By {uk_date(review.due_on)}")
    )
    return [
        Step(
            "What has happened since",
            DONE if is_held else TO_DO,
            "Done" if is_held else "On this page",
        ),
        Step("Findings and outcome", *held, hold),
        letter_step("Letter to the customer", letters, LetterCode.REVIEW_OUTCOME, is_due=is_held),
    ]


def steps_of_appeal(appeal: Appeal, letters: Iterable[Letter], may: dict[str, Any]) -> list[Step]:
    if appeal.status == AppealStatus.PASSED_ON:
        return []
    letters = list(letters)
    is_open = appeal.status in OPEN_STATUSES
    suspended = [appealed for appealed in appeal.appealed.all() if appealed.suspended]
    applied = "The restrictions apply" if is_open else "The restrictions applied"
    received = [
        letter_step(
            "Letter that it has reached us",
            letters,
            LetterCode.APPEAL_RECEIVED,
            is_due=appeal.status == AppealStatus.ACKNOWLEDGED,
        )
    ]
    if not is_open and not any(letter.kind == LetterCode.APPEAL_RECEIVED for letter in letters):
        received = []
    return [
        acknowledgement_step(appeal, may),
        *received,
        Step(
            "What applies meanwhile" if is_open else "While it was heard",
            LATER,
            f"{len(suspended)} suspended" if suspended else applied,
            reverse("appeal_suspend", args=[appeal.reference]) if may["suspend"] and is_open else "",
        ),
        *ending_steps(appeal, letters, may),
    ]


def acknowledgement_step(appeal: Appeal, may: dict[str, Any]) -> Step:
    title = "Acknowledgement"
    if appeal.acknowledged_on:
        return Step(title, DONE, f"Done on {uk_date(appeal.acknowledged_on)}")
    if appeal.status not in OPEN_STATUSES:
        return Step(title, LATER, "Was not needed")
    url = reverse("appeal_acknowledge", args=[appeal.reference]) if may["acknowledge"] else ""
    return Step(title, TO_DO, f"By {uk_date(appeal.acknowledge_by)}", url)


def ending_steps(appeal: Appeal, letters: list[Letter], may: dict[str, Any]) -> list[Step]:
    """Return how it is decided, or was taken back, and the letter about that."""
    if appeal.status == AppealStatus.WITHDRAWN:
        return [
            Step("Hearing and decision", LATER, f"Taken back on {uk_date(appeal.withdrawn_on)}"),
            letter_step(
                "Letter about what applies now",
                letters,
                LetterCode.APPEAL_WITHDRAWN,
                is_due=due_letter_kind(appeal) == LetterCode.APPEAL_WITHDRAWN,
            ),
        ]
    is_decided = appeal.status == AppealStatus.DECIDED
    url = reverse("appeal_decide", args=[appeal.reference]) if may["decide"] else ""
    decided = Step("Hearing and decision", TO_DO, f"By {uk_date(appeal.decide_by)}", url)
    if is_decided:
        decided = Step("Hearing and decision", DONE, f"Heard on {uk_date(appeal.heard_on)}")
    outcome = letter_step("Letter about the outcome", letters, LetterCode.APPEAL_OUTCOME, is_due=is_decided)
    return [decided, outcome]


def letter_step(title: str, letters: Iterable[Letter], kind: str, *, is_due: bool) -> Step:
    """Return how far the letter of a kind has come: the last that was not withdrawn."""
    written = [letter for letter in letters if letter.kind == kind and letter.status != LetterStatus.VOID]
    if not written:
        return Step(title, TO_DO, "To do") if is_due else Step(title, LATER, "Cannot start yet")
    letter = max(written, key=lambda letter: letter.pk)
    if letter.sent_on:
        return Step(title, DONE, f"Sent on {uk_date(letter.sent_on)}")
    if letter.issued_at:
        return Step(title, TO_DO, "Issued, to be sent")
    return Step(title, TO_DO, "Begun")
