from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "cha_engagement.customers"
    label = "customers"
