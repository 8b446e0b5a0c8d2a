from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "incidents.conversations"

    def ready(self) -> None:
        """Open a conversation after whatever ends a contact, whoever acts."""
        from . import actions  # noqa: F401
