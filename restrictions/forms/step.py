from collections.abc import Callable
from typing import Any

from crispy_forms.layout import HTML

from cha_engagement.core.forms import CaseForm
from restrictions.contact_plan import PlannedStep

SHOW_FIRST = "show_first"
WHAT_CHANGES = HTML('{% include "restrictions/what_changes.html" %}')
"""The part of a form that shows it, before its button."""
CHANGES_LINE = HTML(
    '<p class="app-changes-line"><span id="changes-line">{% include "restrictions/changes_line.html" %}</span> '
    '<a class="govuk-link" href="#what-changes-title">See all of it</a></p>'
)
"""What a form that shows it beside itself says of it before its button, where the side is out of sight."""


class StepForm(CaseForm):
    """A form that shows what it would change for a customer before it is sent. Beyond the policy: B29.

    `planned_step` is what was filled in when it was sent: an action that refuses takes answers away.
    """

    planned_step = PlannedStep()

    @property
    def step(self) -> PlannedStep:
        """Return what it would change, as far as it is filled in."""
        raise NotImplementedError

    def carry_out(self, action: Callable[..., Any], /, **about: Any) -> Any:
        """Return what the action returns, as every form does; None where it is only to be shown what would change."""
        if self.is_bound:
            self.is_valid()
            self.planned_step = self.step
        if SHOW_FIRST in self.data:
            return None
        return super().carry_out(action, **about)
