from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "balai.kernel.documents"
    label = "documents"
