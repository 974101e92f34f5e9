from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "panjereh.portal"
    label = "portal"
