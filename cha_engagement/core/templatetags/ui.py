"""Dates as people say them, and components that wrap other markup or stand in every row. The rest are includes in `templates/components/`."""

from calendar import month_abbr, month_name
from datetime import date, datetime, time
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cha_engagement.core.labels import field_label
from cha_engagement.core.permissions import Permission
from cha_engagement.core.reasons import is_thin

register = template.Library()
register.filter("field_label", field_label)


@register.filter
def uk_date(value: date | datetime | None) -> str:
    """Return a day in words: "22 November 2026". A moment gives the day that it was here."""
    if not value:
        return ""
    day = _local(value)
    return f"{day.day} {month_name[day.month]} {day.year}"


def short_date(day: date) -> str:
    """Return a day in short, with its year where that is another: "28 Feb", "28 Feb 2027"."""
    year = "" if day.year == timezone.localdate().year else f" {day.year}"
    return f"{day.day} {month_abbr[day.month]}{year}"


@register.filter
def uk_datetime(value: datetime | None) -> str:
    """Return a moment in words, by the clock on the wall here: "22 November 2026 at 2:30pm"."""
    if not value:
        return ""
    moment = _local(value)
    return f"{uk_date(moment)} at {uk_time(moment)}"


def uk_time(moment: datetime | time) -> str:
    """Return a time by the clock on the wall: "2:30pm"."""
    return f"{moment.hour % 12 or 12}:{moment.minute:02}{'am' if moment.hour < 12 else 'pm'}"


@register.filter
def phone_link(number: str) -> SafeString:
    """Return a phone number that a tap dials."""
    dialled = "".join(number.split())
    return format_html('<a class="govuk-link" href="tel:{}">{}</a>', dialled, number)


@register.filter
def lower_first(text: str) -> str:
    """Return a title as it stands within a sentence: only its first letter is made small, since there may be names in it."""
    return text[:1].lower() + text[1:]


def _local(value: Any) -> Any:
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


@register.simple_tag
def status_tag(code: str, text: str) -> SafeString:
    """Return a status in a word. The style sheet knows the colour of each code, grey otherwise.

    It is no include: a list has one or two in each row, and an include takes fifty times as long.
    """
    return format_html('<strong class="app-tag app-tag--{}">{}</strong>', code or "plain", text)


@register.simple_tag
def danger_words(danger: str, note: str, between: str = ", ") -> SafeString:
    """Return the worst that something is about, behind a sign, and what else is said of it. A list has it in each row, hence no include."""
    if not danger:
        return format_html("{}", note)
    return format_html('<strong class="app-danger">{}</strong>{}{}', danger, between if note else "", note)


REVIEWER_PERMISSIONS = (Permission.HOLD_REVIEWS, Permission.HEAR_APPEALS, Permission.RECEIVE_ESCALATIONS)


@register.simple_tag(takes_context=True)
def thin_reason_tag(context: template.Context, reason: str) -> str:
    """Return a tag beside a reason of few letters, for whoever reviews, hears appeals or leads the Management Team."""
    user = context.get("user")
    if not (reason and user and is_thin(reason) and any(map(user.has_perm, REVIEWER_PERMISSIONS))):
        return ""
    return status_tag("thin", "Short reason")


@register.simple_tag
def policy_link(paragraph: str) -> SafeString:
    """Return a link to a paragraph of the association's policy, given by its number."""
    url = f"{reverse('policy')}#paragraph-{paragraph}"
    return format_html('<a class="govuk-link" href="{}">Policy paragraph {}</a>', url, paragraph)


@register.simple_block_tag(end_name="endbox")
def box(content: SafeString, title: str, level: int = 2, tone: str = "") -> str:
    """Return a content box with a heading; `tone` is "attention", "good" or nothing."""
    return render_to_string(
        "components/box.html", {"content": content, "title": title, "level": level, "tone": tone}
    )


@register.simple_block_tag(end_name="enddatatable")
def data_table(content: SafeString, caption: str, hide_caption: bool = False) -> str:
    """Return a table around its `thead` and `tbody`, which becomes a list of boxes where the screen is narrow."""
    return render_to_string(
        "components/data_table.html", {"content": content, "caption": caption, "hide_caption": hide_caption}
    )
