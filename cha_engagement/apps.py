from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from . import hub


class EngagementConfig(AppConfig):
    name = "cha_engagement"
    label = "cha_engagement"

    def ready(self) -> None:
        autodiscover_modules(*hub.MODULES)
