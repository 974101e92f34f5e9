from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "panjereh.intake"
    label = "intake"
