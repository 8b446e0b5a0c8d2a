"""Zeros are plain in prose and in letters: a stroke through them is for codes."""

import pytest
from django.conf import settings
from fontTools.ttLib import TTFont

FONTS = sorted((settings.BASE_DIR / "static" / "src" / "fonts").glob("*.woff2"))


@pytest.mark.parametrize("path", FONTS, ids=lambda path: path.stem)
def test_a_zero_is_an_outline_around_one_empty_middle(path):
    font = TTFont(path)
    contours = {name: font["glyf"][name].numberOfContours for name in ("zero", "zero.tf")}
    assert contours == {"zero": 2, "zero.tf": 2}, "Run static/plain_zero.py."


def test_each_weight_and_slant_has_its_own():
    assert len(FONTS) == 4
