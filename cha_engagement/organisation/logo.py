"""Limits of the logo in the head of letters, and its place: a PNG picture, which holds nothing that runs or is fetched."""

import uuid
from typing import Any

END = b"IEND\xaeB`\x82"  # of every PNG
MOST_BYTES = 200 * 1024
MOST_PIXELS = 2000
NOT_A_PNG = "This is not a PNG picture, or it is damaged. Save the logo as PNG, and choose that file."


def logo_path(organisation: Any, filename: str) -> str:
    return f"logo/{uuid.uuid4().hex}.png"
