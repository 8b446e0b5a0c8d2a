from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "cha_engagement.demo"
    label = "demo"
