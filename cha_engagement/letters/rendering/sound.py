"""A letter as sound, where this machine can speak."""

import logging
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings

logger = logging.getLogger(__name__)

MAX_SECONDS = 60


def can_speak() -> bool:
    """Return whether espeak-ng is installed."""
    return bool(settings.SPEECH_PROGRAM)


class NotSpoken(Exception):
    """The words were not spoken."""


def read_aloud(text: str) -> bytes:
    """Return the words as a WAV file, in a British voice. Raises `NotSpoken` where that does not work."""
    with TemporaryDirectory() as folder:
        wav = Path(folder) / "letter.wav"
        command = [settings.SPEECH_PROGRAM, "-v", "en-gb", "-s", "150", "-w", str(wav), "--stdin"]
        try:
            # Nobody's words are in the command: they are what it reads.
            subprocess.run(command, input=text.encode(), check=True, timeout=MAX_SECONDS)  # noqa: S603
            return wav.read_bytes()
        except (OSError, subprocess.SubprocessError) as error:
            logger.exception("A letter could not be read out")
            raise NotSpoken from error
