from django.apps import AppConfig


class RestorativeConfig(AppConfig):
    name = "incidents.restorative"
