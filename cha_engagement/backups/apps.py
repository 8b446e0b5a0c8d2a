from django.apps import AppConfig


class BackupsConfig(AppConfig):
    name = "cha_engagement.backups"
    label = "backups"
