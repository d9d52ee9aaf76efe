"""Settings for the tests: the role that may create databases, quick passwords, plain statics."""

import os

os.environ["BALAI_DATABASE_ROLE"] = "owner"

from balai.shell.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
WHITENOISE_AUTOREFRESH = True
KEYS_ROOT = home() / "keys-of-tests"  # noqa: F405
# Tests have keys of their own; an installation's are made by `balai migrate`, on purpose.
KEYS_MADE_AT_USE = True
ACCESS_STRICT_ACTIONS = True
ACCESS_THROTTLE_APART = False
ACCESS_REQUIRE_MFA = ()
