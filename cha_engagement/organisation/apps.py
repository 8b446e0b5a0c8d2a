from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    name = "cha_engagement.organisation"
    label = "organisation"
