from smtplib import SMTPException

import pytest
from django.core.mail.backends.locmem import EmailBackend


class ServerDown(EmailBackend):
    def send_messages(self, messages):
        raise SMTPException


@pytest.fixture
def server_down(settings):
    def server(down=True):
        settings.EMAIL_BACKEND = (
            f"{__name__}.ServerDown" if down else "django.core.mail.backends.locmem.EmailBackend"
        )

    server()
    return server
