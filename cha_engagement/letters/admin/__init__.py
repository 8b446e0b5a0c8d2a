"""What an Administrator keeps of the words of letters: each is seen as a letter before it is saved."""

from cha_engagement.staff.admin import site

from . import details, lists, paragraphs

__all__ = ["details", "lists", "paragraphs", "site"]
