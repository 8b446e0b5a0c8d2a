"""Take the stroke out of the zero when the typeface changes: `../.venv/bin/python plain_zero.py`, in this folder.

The zero of Atkinson Hyperlegible Next has a stroke through it, and the typeface has no other. Its outline, around one empty middle, is put in
its place. The fonts stay under the SIL Open Font License, which they name.
"""

from pathlib import Path
from typing import Any

from fontTools.misc.transform import Identity
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.reverseContourPen import ReverseContourPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

TYPEFACE = Path("node_modules/@fontsource/atkinson-hyperlegible-next/files")
ZEROS = ("zero", "zero.tf")  # the latter as wide as every figure


def read_contours(font: Any, glyph: str) -> list[Any]:
    pen = DecomposingRecordingPen(font.getGlyphSet())
    font.getGlyphSet()[glyph].draw(pen)
    contours: list[Any] = [DecomposingRecordingPen(None)]
    for operation, points in pen.value:
        contours[-1].value.append((operation, points))
        if operation == "closePath":
            contours.append(DecomposingRecordingPen(None))
    return contours[:-1]


def bounds(*contours: Any) -> Any:
    pen = BoundsPen(None)
    for contour in contours:
        contour.replay(pen)
    return pen.bounds


def draw_plain_zero(font: Any, glyph: str) -> Any:
    """Return the outline of a zero, and the same again as small as the middle that its stroke parts."""
    outline, *middle = sorted(read_contours(font, glyph), key=lambda contour: bounds(contour)[0])
    left, bottom, right, top = bounds(outline)
    inner_left, inner_bottom, inner_right, inner_top = bounds(*middle)
    width, height = (inner_right - inner_left) / (right - left), (inner_top - inner_bottom) / (top - bottom)
    shrink = Identity.translate(inner_left, inner_bottom).scale(width, height).translate(-left, -bottom)
    pen = TTGlyphPen(None)
    outline.replay(pen)
    outline.replay(TransformPen(ReverseContourPen(pen), shrink))
    return pen.glyph()


if __name__ == "__main__":
    target = Path("src/fonts")
    target.mkdir(exist_ok=True)
    for path in sorted(TYPEFACE.glob("atkinson-hyperlegible-next-latin-[46]00-*.woff2")):
        font = TTFont(path, recalcTimestamp=False)
        for glyph in ZEROS:
            font["glyf"][glyph] = draw_plain_zero(font, glyph)
        font.save(target / path.name)
