from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "panjereh.desk"
    label = "desk"
