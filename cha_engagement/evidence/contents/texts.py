"""Read texts in whatever characters their programs wrote them."""

import re


def text_of(content: bytes) -> str | None:
    """Return a text in whatever characters its program wrote it; None where the content is no text."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe\x00\x00", "utf-32"), (b"\x00\x00\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):  # fmt: skip
        if content.startswith(mark):
            return decode_plain(content, encoding)
    if b"\x00" in content[:4096]:
        even, odd = content[:4096:2].count(0), content[1:4096:2].count(0)
        return decode_plain(content, "utf-16-le" if odd > even else "utf-16-be")
    return (
        decode_plain(content, "utf-8") or decode_plain(content, "cp1252") or decode_plain(content, "latin-1")
    )


def decode_plain(content: bytes, encoding: str) -> str | None:
    """Return a text that has no control characters but those that move to another line or page, else None."""
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if re.search(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]", text) else text
