from django.apps import AppConfig


class ListsConfig(AppConfig):
    name = "cha_engagement.lists"
    label = "lists"
