"""Charts that everybody can read: rows of bars below one another, drawn without scripts, and the same figures as a table.

    Chart("Contacts", "day", labels, [Series("Phone", [2, 0, 5], before=1.5)])

`templates/components/chart.html` shows one. Nothing in it depends on colour: each row has its name, bars stand against a dashed
line, and widths are shares of the page, so that words keep their size on a narrow screen.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.template.defaultfilters import floatformat
from django.utils.text import slugify

WORDS, BARS, GAP = 24, 56, 16  # pixels from top to bottom: a row's words, its bars, and what is below them
BAR = 0.76  # of the width that each bar has to itself


@dataclass(frozen=True, slots=True)
class Series:
    """What one row shows, a value for each label; `before` is the level that it is compared with, for each of them too, if one is known."""

    title: str
    values: Sequence[int]
    before: float | None

    @property
    def total(self) -> int:
        return sum(self.values)

    @property
    def level(self) -> float:
        return self.total / len(self.values)


@dataclass(frozen=True, slots=True)
class Bar:
    """Where a bar stands: across in hundredths of the width, down in pixels."""

    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True, slots=True)
class Row:
    series: Series
    words: int
    base: int
    level: str
    """Where the line of the level before is; empty where none is known, or it is nothing."""
    bars: list[Bar]


@dataclass(frozen=True, slots=True)
class Chart:
    """`each` is what a label stands for, such as a day. The first series is shown in the words above the chart."""

    title: str
    each: str
    labels: Sequence[str]
    series: Sequence[Series]

    @property
    def code(self) -> str:
        return slugify(self.title)

    @property
    def said(self) -> str:
        """What it shows, in words: the whole of it for whoever cannot see it."""
        shown = self.series[0]
        time = f"from {self.labels[0]} to {self.labels[-1]}"
        before = (
            "What it was before is not known."
            if shown.before is None
            else f"Before that it was {floatformat(shown.before)} a {self.each}."
        )
        if not shown.total:
            return f"None {time}. {before}"
        most = max(shown.values)
        at = self.labels[list(shown.values).index(most)]
        return (
            f"{shown.total} {time}, {floatformat(shown.level)} a {self.each} on average. The most in one {self.each} was {most} ({at}). "
            f"{before}"
        )

    @property
    def rows(self) -> list[Row]:
        return [self.row(number, one) for number, one in enumerate(self.series)]

    def row(self, number: int, series: Series) -> Row:
        top = number * (WORDS + BARS + GAP)
        base = top + WORDS + BARS
        step = 100 / len(self.labels)
        bars = [
            Bar(
                share(place * step + step * (1 - BAR) / 2),
                floatformat(base - self.tall(value)),
                share(step * BAR),
                floatformat(self.tall(value)),
            )
            for place, value in enumerate(series.values)
            if value
        ]
        level = floatformat(base - self.tall(series.before)) if series.before else ""
        return Row(series, top + WORDS - 9, base, level, bars)

    def tall(self, value: float) -> float:
        """All rows are drawn to one scale, so that they can be compared."""
        most = max(max(*one.values, one.before or 0, 1) for one in self.series)
        return value * BARS / most

    @property
    def height(self) -> int:
        return len(self.series) * (WORDS + BARS + GAP) + GAP

    @property
    def table(self) -> list[tuple[str, list[tuple[str, float | None]]]]:
        """By label, the value of each series with its title; the levels before come last, if they are known."""
        titles = [one.title for one in self.series]
        values = zip(*(one.values for one in self.series), strict=True)
        rows = [
            (label, list(zip(titles, row, strict=True)))
            for label, row in zip(self.labels, values, strict=True)
        ]
        before: list[tuple[str, float | None]] = [
            (one.title, one.before) for one in self.series if one.before is not None
        ]
        return [*rows, ("Before, on average", before)] if before else rows


def share(number: float) -> str:
    return f"{number:.2f}%"
