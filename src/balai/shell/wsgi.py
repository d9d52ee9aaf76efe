"""What the server runs."""

import os

from django.core.wsgi import get_wsgi_application

from balai.shell.supervision import leave_with_supervisor
from balai.shell.warming import warm

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "balai.shell.settings")
leave_with_supervisor()
application = get_wsgi_application()
warm()
