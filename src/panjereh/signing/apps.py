from django.apps import AppConfig


class SigningConfig(AppConfig):
    name = "panjereh.signing"
    label = "signing"
