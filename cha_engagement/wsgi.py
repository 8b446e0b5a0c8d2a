import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cha_engagement.settings")

application = get_wsgi_application()

from cha_engagement.staff.checks import refuse_unsafe_start  # noqa: E402 -- apps are loaded by now

refuse_unsafe_start()
