"""A letter in plain words, for an email or to be read aloud, and as sound where this machine can speak."""

import logging
import re
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.template.loader import render_to_string

from cha_engagement.organisation.models import Organisation

from ..models import Letter
from ..wording.contacts import letterhead
from .markdown import to_text

logger = logging.getLogger(__name__)

LONGEST_READING = 60  # seconds that reading a letter may take


def render(letter: Letter, *, text: str, final: bool = False) -> str:
    """All that the letter says on paper; `text` is its own with the places filled in. Unless it is `final`, it says so."""
    address, lines = letterhead(letter)
    context = {
        "letter": letter,
        "head_address": address,
        "head_lines": lines,
        "organisation": Organisation.current(),
        "body": to_text(text),
        "final": final,
    }
    return re.sub(r"\n{3,}", "\n\n", render_to_string("letters/plain.txt", context)).strip() + "\n"


def can_speak() -> bool:
    """Whether espeak-ng is installed."""
    return bool(settings.SPEECH_PROGRAM)


class Silent(Exception):
    """The words were not spoken."""


def read_out(text: str) -> bytes:
    """The words as a WAV file, in a British voice. Raises `Silent` where that does not work."""
    with TemporaryDirectory() as folder:
        wav = Path(folder) / "letter.wav"
        command = [settings.SPEECH_PROGRAM, "-v", "en-gb", "-s", "150", "-w", str(wav), "--stdin"]
        try:
            # Nobody's words are in the command: they are what it reads.
            subprocess.run(command, input=text.encode(), check=True, timeout=LONGEST_READING)  # noqa: S603
            return wav.read_bytes()
        except (OSError, subprocess.SubprocessError) as error:
            logger.exception("A letter could not be read out")
            raise Silent from error
