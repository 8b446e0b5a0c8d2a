from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "cha_engagement.letters"
    label = "letters"
