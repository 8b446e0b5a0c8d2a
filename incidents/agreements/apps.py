from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "incidents.agreements"
