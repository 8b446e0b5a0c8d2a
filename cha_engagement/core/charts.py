"""Charts that everybody can read: rows of bars below one another, drawn without scripts, and the same figures as a table.

    Chart("Contacts", "day", labels, [Series("Phone", [2, 0, 5], earlier_level=1.5)])

`templates/components/chart.html` shows one. Nothing in it depends on colour: each row has its name, bars stand against a dashed
line, and widths are shares of the page, so that words keep their size on a narrow screen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from django.template.defaultfilters import floatformat
from django.utils.text import slugify

WORDS, BARS, GAP = 24, 56, 16  # pixels from top to bottom: a row's words, its bars, and what is below them
SCALE = 8  # hundredths of the width that the numbers of the scale have, at the left
BAR = 0.76  # of the width that each bar has to itself


@dataclass(frozen=True, slots=True)
class Series:
    """The figures of one row, one for each label. `earlier_level` is what each is compared with, if that is known."""

    title: str
    values: Sequence[int]
    earlier_level: float | None

    @property
    def total(self) -> int:
        return sum(self.values)

    @property
    def average(self) -> float:
        return self.total / len(self.values)


@dataclass(frozen=True, slots=True)
class Bar:
    """The place of a bar: across in hundredths of the width, down in pixels."""

    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True, slots=True)
class ChartRow:
    series: Series
    words: int
    top: int
    base: int
    earlier_line: str
    """The place of the line of the earlier level; empty where none is known, or it is nothing."""
    bars: list[Bar]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of several series. `unit` is what a label stands for, such as a day. Its description is of the first series."""

    title: str
    unit: str
    labels: Sequence[str]
    series: Sequence[Series]

    @property
    def code(self) -> str:
        return slugify(self.title)

    @property
    def description(self) -> str:
        """Return what the chart shows, in words: all of it for people who cannot see it."""
        series = self.series[0]
        time = f"from {self.labels[0]} to {self.labels[-1]}"
        before = (
            "What it was before is not known."
            if series.earlier_level is None
            else f"Before that it was {floatformat(series.earlier_level)} a {self.unit}."
        )
        if not series.total:
            return f"None {time}. {before}"
        highest = max(series.values)
        label = self.labels[list(series.values).index(highest)]
        return (
            f"{series.total} {time}, {floatformat(series.average)} a {self.unit} on average. The most in one {self.unit} was {highest} ({label}). "
            f"{before}"
        )

    @property
    def rows(self) -> list[ChartRow]:
        return [self.build_row(number, series) for number, series in enumerate(self.series)]

    def build_row(self, number: int, series: Series) -> ChartRow:
        top = number * (WORDS + BARS + GAP)
        base = top + WORDS + BARS
        step = (100 - SCALE) / len(self.labels)
        bars = [
            Bar(
                percentage(SCALE + place * step + step * (1 - BAR) / 2),
                floatformat(base - self.bar_height(value)),
                percentage(step * BAR),
                floatformat(self.bar_height(value)),
            )
            for place, value in enumerate(series.values)
            if value
        ]
        earlier_line = (
            floatformat(base - self.bar_height(series.earlier_level)) if series.earlier_level else ""
        )
        return ChartRow(series, top + WORDS - 9, top + WORDS, base, earlier_line, bars)

    def bar_height(self, value: float) -> float:
        """Return the height of a value. All rows are drawn to one scale, so that they can be compared."""
        return value * BARS / self.highest

    @property
    def highest(self) -> int:
        """Return the value at the top of the scale: the highest of all rows, in whole numbers."""
        return ceil(max(max(*series.values, series.earlier_level or 0, 1) for series in self.series))

    @property
    def height(self) -> int:
        return len(self.series) * (WORDS + BARS + GAP) + GAP

    @property
    def table(self) -> list[tuple[str, list[tuple[str, float | None]]]]:
        """Return by label the value of each series with its title; the earlier levels come last, if they are known."""
        titles = [series.title for series in self.series]
        values = zip(*(series.values for series in self.series), strict=True)
        rows = [
            (label, list(zip(titles, row, strict=True)))
            for label, row in zip(self.labels, values, strict=True)
        ]
        before: list[tuple[str, float | None]] = [
            (series.title, series.earlier_level) for series in self.series if series.earlier_level is not None
        ]
        return [*rows, ("Before, on average", before)] if before else rows


def percentage(number: float) -> str:
    return f"{number:.2f}%"
