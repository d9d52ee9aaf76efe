"""Django's settings. What differs between installations comes from the environment:

DATABASE_URL, BALAI_HOME, BALAI_SECRET_KEY, BALAI_HOSTS (comma separated), BALAI_PUBLIC_URL,
BALAI_DEMO (1: the sign-in page names the demonstration's accounts), BALAI_MAIL_URL,
BALAI_BSRE_URL, BALAI_BSRE_USERNAME, BALAI_BSRE_PASSWORD, BALAI_TSA_URL (signing).
"""

from __future__ import annotations

import os

from csp.constants import NONCE, NONE, SELF  # noqa: F401
from django.utils.translation import gettext_lazy as _

from balai.shell.database import database_settings
from balai.shell.home import ROOT, home, secret_key

ROOMS = [
    "balai.kernel.access",
    "balai.kernel.people",
    "balai.kernel.cases",
    "balai.kernel.documents",
    "balai.kernel.notices",
    "balai.kernel.payments",
    "balai.kernel.treasury",
    "balai.kernel.jobs",
]
PROGRAMMES = ["balai.transit", "balai.homecare", "balai.network"]

SECRET_KEY = secret_key()
DEBUG = False
PUBLIC_URL = os.environ.get("BALAI_PUBLIC_URL", "http://localhost:8000").rstrip("/")
HTTPS = PUBLIC_URL.startswith("https://")
ALLOWED_HOSTS = os.environ.get("BALAI_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
DEMONSTRATION = os.environ.get("BALAI_DEMO") == "1"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django_htmx",
    "csp",
    "rules.apps.AutodiscoverRulesConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "balai.kernel.regions",
    "balai.kernel.ledger",
    "balai.kernel.events",
    "balai.kernel.custody",
    *ROOMS,
    *PROGRAMMES,
    "balai.shell",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "balai.shell.api_problems.ApiProblemMiddleware",
    "balai.kernel.access.calls.ApiCallsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "balai.kernel.access.privacy.PrivateAnswersMiddleware",
    "balai.kernel.access.sessions.SessionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "balai.shell.middleware.CityMiddleware",
    "balai.kernel.access.rows.RowsMiddleware",
]

ROOT_URLCONF = "balai.shell.urls"
WSGI_APPLICATION = "balai.shell.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Before the apps' own, so that the frame dresses the sign-in pages.
        "DIRS": [ROOT / "src/balai/shell/templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "balai.shell.context.frame",
            ],
            "builtins": ["django.templatetags.i18n", "balai.shell.templatetags.balai"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS += ["django.forms"]

DATABASES = {"default": database_settings()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "balai.kernel.access.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
# Failed passwords are counted by the adapter, in the database, for all processes together; this
# limit is of second steps, whose codes have only six digits, by account.
ACCOUNT_RATE_LIMITS = {"login_failed": "10/15m/key"}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
MFA_ADAPTER = "balai.kernel.access.mfa.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
MFA_TOTP_ISSUER = "Balai"
ACCESS_REQUIRE_MFA = () if DEMONSTRATION else "officers"

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
# The prefix lets a browser refuse a cookie that another host or a plain connection set.
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
SESSION_COOKIE_SAMESITE = "Lax"
# The longest any session lasts; balai.kernel.access.sessions ends officers' sooner.
SESSION_COOKIE_AGE = 30 * 24 * 3600
CSRF_FAILURE_VIEW = "balai.shell.views.errors.csrf_failure"
SESSION_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "worker-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "id"
LANGUAGES = [("id", _("Indonesian")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "language"
LOCALE_PATHS = [ROOT / "src/balai/shell/locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
STATIC_ROOT = ROOT / "build" / "collected"
STATICFILES_DIRS = [path for path in [ROOT / "build" / "static"] if path.is_dir()]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = home() / "files"
KEYS_ROOT = home() / "keys"
# Signing: the city's eSign Client server at BSrE, and an RFC 3161 time-stamping service.
DOCUMENTS_BSRE = {
    "address": os.environ.get("BALAI_BSRE_URL", ""),
    "username": os.environ.get("BALAI_BSRE_USERNAME", ""),
    "password": os.environ.get("BALAI_BSRE_PASSWORD", ""),
}
DOCUMENTS_TSA_URL = os.environ.get("BALAI_TSA_URL", "")
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024

# In the database, for all processes together: used one-time codes and counts of tries lie here.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "access_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
# Gateways of notices; what is not set is kept in the local outbox and leaves this machine never.
NOTICES = {
    name: os.environ.get(f"BALAI_{name}", "")
    for name in (
        "MAIL_URL", "MAIL_FROM", "SMS_URL", "SMS_TOKEN", "SMS_FORM", "CHAT_URL", "CHAT_TOKEN",
        "CHAT_FORM", "WEB_PUSH", "PUSH_HOSTS", "CONTACT", "RECEIPT_SECRET", "HUB_SECRET",
    )
}  # fmt: skip
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = home() / "outbox"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("BALAI_LOG", "WARNING")},
}
TEST_RUNNER = "django.test.runner.DiscoverRunner"
