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
    """What the parts of the demonstration share.

    `days` are today and the working days before it, latest first: a day of the script is a place in it, 0 being today.
    `random` falls alike on every run of a day. `made` is what the script refers to later, by its name there.
    """

    days: Sequence[date]
    random: Random
    steps: list[tuple[int, time, Step]] = field(default_factory=list)
    made: dict[str, Any] = field(default_factory=dict)

    def plan(self, ago: int, at: str, step: Step) -> None:
        """Have a step taken on a day of the script at a time such as "09:40"; steps of one moment in the order planned."""
        self.steps.append((ago, time.fromisoformat(at), step))

    def in_order(self) -> list[tuple[int, time, Step]]:
        return sorted(self.steps, key=lambda step: (-step[0], step[1]))

    def day(self, ago: int) -> date:
        """The date of a day of the script. Those below 0 lie ahead, counted in days of the calendar."""
        return self.days[ago] if ago >= 0 else self.days[0] - timedelta(days=ago)

    def recall(self, name: str) -> Any:
        """What the script made by this name, as it now is."""
        self.made[name].refresh_from_db()
        return self.made[name]

    def submission(self) -> UUID:
        return UUID(int=self.random.getrandbits(128), version=4)
