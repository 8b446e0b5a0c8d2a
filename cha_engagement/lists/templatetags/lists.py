from django import template
from django.template import Context

from cha_engagement.lists.way_back import way_back

register = template.Library()


@register.simple_tag(takes_context=True)
def way_back_from(context: Context, url: str, text: str) -> tuple[str, str]:
    """Return where a back link leads, and its text."""
    request = context.get("request")
    if request is None or not hasattr(request, "session"):
        return url, text
    return way_back(request, url, text)
