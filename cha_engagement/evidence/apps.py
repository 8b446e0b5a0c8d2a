from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "cha_engagement.evidence"
    label = "evidence"
