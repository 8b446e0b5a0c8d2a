from datetime import date
from typing import Any

from django.core.files.base import File
from django.template.defaultfilters import filesizeformat
from PIL import Image

from cha_engagement.core.permissions import Permission
from cha_engagement.core.reasons import check_words
from cha_engagement.core.refusals import Refusal

from .calendar import today
from .logo import END, MOST_BYTES, MOST_PIXELS, NOT_A_PNG


def may_administer(user: Any, _: Any = None) -> Refusal | None:
    """Refuse accounts, roles, lists and the association's details to all but Administrators, who read nothing of a case."""
    if not user.has_perm(Permission.ADMINISTER):
        return Refusal("Only an administrator keeps accounts and lists.", "65")
    return None


def check_adoption(adopted_on: date | None, adopted_by: str | None) -> list[Refusal]:
    """Ask for the day and the meeting on which the committee adopted that late promises suspend: nobody else can. Beyond the policy: B25."""
    if adopted_on and adopted_on > today():
        sentence = "This day is in the future. Fill it in once the committee has adopted it."
        return [Refusal(sentence, "B25", "promises_adopted_on")]
    if adopted_on:
        sentence = "Say which meeting of which committee adopted it."
        return check_words(adopted_by, sentence, "B25", "promises_adopted_by")
    if adopted_by:
        sentence = "Give the day on which it was adopted, or empty both."
        return [Refusal(sentence, "B25", "promises_adopted_on")]
    return []


def check_logo(file: File) -> list[Refusal]:
    """Refuse a file that cannot be the logo, by its content: its name proves nothing."""
    if file.size > MOST_BYTES:
        return [Refusal(f"The file is larger than {filesizeformat(MOST_BYTES)}. Make the logo smaller.")]
    try:
        with Image.open(file, formats=["PNG"]) as image:
            if max(image.size) > MOST_PIXELS:
                return [
                    Refusal(
                        f"The logo is wider or higher than {MOST_PIXELS} pixels. Make it smaller: it is printed 4 cm wide at most."
                    )
                ]
            image.verify()
        file.seek(0)
        if not file.read().endswith(END):
            return [Refusal(NOT_A_PNG)]  # something is hidden behind it
    except (Image.DecompressionBombError, OSError, SyntaxError, ValueError):
        return [Refusal(NOT_A_PNG)]
    return []
