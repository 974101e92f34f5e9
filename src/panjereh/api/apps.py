from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "panjereh.api"
    label = "api"
