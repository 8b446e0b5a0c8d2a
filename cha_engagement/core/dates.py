"""Questions about days and moments, each bounded by what it means: a year mistyped by a digit is never kept."""

from datetime import date, datetime
from typing import Any, ClassVar

from dateutil.relativedelta import relativedelta
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from .formpack import DateInput, DateTimeInput
from .records import FIRST_YEAR, LAST_YEAR
from .templatetags.ui import uk_date


class BoundedField(forms.Field):
    """A day or a moment within whole years from today; without bounds of its own, within the years that any record may name.

    Codes of its errors: `early`, `late` and, where nothing may lie ahead, `ahead`.
    """

    years_back: ClassVar[int | None] = None
    years_ahead: ClassVar[int | None] = None
    default_error_messages = {
        "early": "Check the year. Give a day from %(limit)s on.",
        "late": "Check the year. Give a day up to %(limit)s.",
        "ahead": "This must be in the past.",
    }

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is None:
            return
        day = value.date() if isinstance(value, datetime) else value
        first, last = self.allowed_days()
        if day < first:
            self.raise_error("early", first)
        if day > last:
            self.raise_error("ahead" if self.years_ahead == 0 else "late", last)

    def allowed_days(self) -> tuple[date, date]:
        """Return the first and the last day that may be given."""
        today = timezone.localdate()
        first, last = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
        if self.years_back is not None:
            first = today - relativedelta(years=self.years_back)
        if self.years_ahead is not None:
            last = today + relativedelta(years=self.years_ahead)
        return first, last

    def raise_error(self, code: str, limit: date) -> None:
        sentence = self.error_messages[code]
        raise ValidationError(sentence, code, {"limit": uk_date(limit)})


class AnyDateField(BoundedField, forms.DateField):
    """A day that a list is filtered by."""

    widget = DateInput


class PlannedDateField(AnyDateField):
    """A day that is agreed or set, such as the last day of a restriction."""

    years_back = 20
    years_ahead = 20


class NearDateField(AnyDateField):
    """A day within the next two years, such as the end of an absence."""

    years_back = 20
    years_ahead = 2


class PastDateField(AnyDateField):
    """A day on which something happened in a case."""

    years_back = 20
    years_ahead = 0


class LongPastDateField(AnyDateField):
    """A day in somebody's life, such as that of a death or of a mandate."""

    years_back = 60
    years_ahead = 0


class PastDateTimeField(BoundedField, forms.DateTimeField):
    """A moment at which something happened in a case."""

    widget = DateTimeInput
    years_back = 20
    years_ahead = 0

    def to_python(self, value: Any) -> datetime | None:
        """Refuse a day alone, which is no moment: Django would make up midnight."""
        if isinstance(value, str) and value.strip() and ":" not in value:
            raise ValidationError(self.error_messages["invalid"], "invalid")
        return super().to_python(value)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and value > timezone.now():
            self.raise_error("ahead", timezone.localdate())
