"""Letters of other scripts that pass for Latin ones."""

ONE = str.maketrans(
    "авекморстухіјѕһԁԛԝӏɡıɑαεικνορτυχ",
    "abekmopctyxijshdqwlgiaaeikvoptux",
)
TWO = ("h", "n")
"""What н passes for: by its looks, and by its sound."""


def latin(text: str) -> list[str]:
    """Return what a text in small letters reads as; there are two readings where a letter passes for two."""
    plain = text.translate(ONE)
    return [plain.replace("н", letter) for letter in TWO] if "н" in plain else [plain]
