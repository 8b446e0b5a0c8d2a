"""Letters are Markdown files below `templates/letters/`: Python hands them data, and no sentences."""

from typing import Any

from django.template import Context, Engine

from .markdown import Markdown, escape_data


def render_markdown(template: str, /, **data: Any) -> Markdown:
    """Return what a file such as `letters/kinds/volume.md` says, without white space around it.

    Every text in the data is escaped, unless it is `Markdown` or a member of an enum.
    """
    context = Context(escape_data(data), autoescape=False)
    return Markdown(Engine.get_default().get_template(template).render(context).strip())


def render_placeholders(folder: str, /, *names: str, **data: Any) -> dict[str, Markdown]:
    """Return what stands in place of placeholders: `[until when]` is the file `until_when.md` in a folder of `templates/letters/`."""
    return {name: render_markdown(f"letters/{folder}/{name.replace(' ', '_')}.md", **data) for name in names}
