"""Letters of other scripts that pass for Latin ones."""

LOOKALIKES = str.maketrans(
    "авекморстухіјѕһԁԛԝӏɡıɑαεικνορτυχ",
    "abekmopctyxijshdqwlgiaaeikvoptux",
)
READINGS_OF_EN = ("h", "n")
"""The Latin letters that н passes for: by its looks, and by its sound."""


def latin_readings(text: str) -> list[str]:
    """Return the readings of a text in small letters as a Latin one: two where a letter passes for two."""
    plain = text.translate(LOOKALIKES)
    return [plain.replace("н", letter) for letter in READINGS_OF_EN] if "н" in plain else [plain]
