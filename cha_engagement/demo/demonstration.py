"""The day-by-day script of the demonstration, which each app's part adds its steps to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

Step = Callable[[], None]

FIRST_DAY = 400
"""The day on which the demonstration begins, in working days before today: more than eighteen months."""


@dataclass(frozen=True, slots=True)
class Demonstration:
    """The script that the parts of the demonstration write together, and what it has made so far.

    `days` are today and the working days before it, latest first: a day of the script is a place in it, 0 being today.
    `random` falls alike on every run of a day. `records` are what the script refers to later, by their names there.
    """

    days: Sequence[date]
    random: Random
    steps: list[tuple[int, time, Step]] = field(default_factory=list)
    records: dict[str, Any] = field(default_factory=dict)

    def plan(self, ago: int, at: str, step: Step) -> None:
        """Have a step taken on a day of the script at a time such as "09:40"; steps of one moment in the order planned."""
        self.steps.append((ago, time.fromisoformat(at), step))

    def ordered_steps(self) -> list[tuple[int, time, Step]]:
        return sorted(self.steps, key=lambda step: (-step[0], step[1]))

    def day(self, ago: int) -> date:
        """Return the date of a day of the script. Those below 0 lie ahead, counted in days of the calendar."""
        return self.days[ago] if ago >= 0 else self.days[0] - timedelta(days=ago)

    def recall(self, name: str) -> Any:
        """Return what the script made by this name, as it now is."""
        self.records[name].refresh_from_db()
        return self.records[name]

    def submission(self) -> UUID:
        return UUID(int=self.random.getrandbits(128), version=4)
