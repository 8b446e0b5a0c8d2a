"""The logo in the head of letters: a PNG picture, which holds nothing that runs and nothing that is fetched."""

import uuid
from typing import Any

from django.core.files.base import File
from django.template.defaultfilters import filesizeformat
from PIL import Image

from cha_engagement.core.refusals import Refusal

END = b"IEND\xaeB`\x82"  # of every PNG
MOST_BYTES = 200 * 1024
MOST_PIXELS = 2000
NOT_A_PNG = "This is not a PNG picture, or it is damaged. Save the logo as PNG, and choose that file."


def random_name(organisation: Any, filename: str) -> str:
    return f"logo/{uuid.uuid4().hex}.png"


def fault(file: File) -> Refusal | None:
    """Why this file cannot be the logo. What it is called says nothing: it is looked into."""
    if file.size > MOST_BYTES:
        return Refusal(f"The file is larger than {filesizeformat(MOST_BYTES)}. Make the logo smaller.")
    try:
        with Image.open(file, formats=["PNG"]) as image:
            if max(image.size) > MOST_PIXELS:
                return Refusal(
                    f"The logo is wider or higher than {MOST_PIXELS} pixels. Make it smaller: it is printed 4 cm wide at most."
                )
            image.verify()
        file.seek(0)
        if not file.read().endswith(END):
            return Refusal(NOT_A_PNG)  # something is hidden behind it
    except (Image.DecompressionBombError, OSError, SyntaxError, ValueError):
        return Refusal(NOT_A_PNG)
    return None
