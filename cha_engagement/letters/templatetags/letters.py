from django import template

from cha_engagement.letters.rendering.markdown import render_words

register = template.Library()

register.filter("plain_words", render_words)
