from smtplib import SMTPServerDisconnected

import pytest
from django.core.mail.backends.locmem import EmailBackend


class ServerDown(EmailBackend):
    tries = 0

    def send_messages(self, messages):
        type(self).tries += 1
        raise SMTPServerDisconnected("lochside.example is silent")


@pytest.fixture
def server_down(settings):
    def server(down=True):
        settings.EMAIL_BACKEND = (
            f"{__name__}.ServerDown" if down else "django.core.mail.backends.locmem.EmailBackend"
        )

    ServerDown.tries = 0
    server()
    return server
