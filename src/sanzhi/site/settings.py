"""Django's settings. What an operator may change comes from the environment (see
`sanzhi.site.environment` and docs/reference/settings.md); the rest is fixed here."""

from pathlib import Path

from sanzhi.site import environment

SITE = Path(__file__).parent
HOME = environment.home()

DEBUG = environment.flag("SANZHI_DEBUG")
SECRET_KEY = environment.secret_key(HOME)
SECRET_KEY_FALLBACKS = environment.former_secrets()
ALLOWED_HOSTS = environment.names("SANZHI_ALLOWED_HOSTS", ("localhost", "127.0.0.1", "[::1]"))
BEHIND_TLS = environment.flag("SANZHI_TLS")
LAW_PACK = environment.folder("SANZHI_LAW")
"""Folder of the law pack; None: the one that is built in."""
ADMINISTRATION = environment.administration(LAW_PACK)
"""Whose law it is."""

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "sanzhi.site.accounts",
    "sanzhi.site.shell",
    "sanzhi.site.law",
    "sanzhi.site.events",
    "sanzhi.site.cases",
    "sanzhi.site.administration",
    "sanzhi.site.clearance",
    "sanzhi.site.policy",
    "sanzhi.site.risk",
    # After the shell, whose templates dress it.
    "django.contrib.admin.apps.SimpleAdminConfig",
]

MIDDLEWARE = [
    "sanzhi.site.shell.numbering.request_number",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "sanzhi.site.shell.middleware.content_policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "sanzhi.site.accounts.middleware.LoginRequired",
    "sanzhi.site.accounts.middleware.actor",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "sanzhi.site.shell.middleware.UnusableInput",
]

ROOT_URLCONF = "sanzhi.site.urls"
WSGI_APPLICATION = "sanzhi.site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "sanzhi.site.shell.context.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "sanzhi.site.shell.templatetags.sanzhi",
                "sanzhi.site.law.templatetags.law",
                "sanzhi.site.clearance.templatetags.clearance",
            ],
        },
    }
]

DATABASES = {"default": environment.database(HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# People.
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "sanzhi.site.shell.errors.csrf_failure"

# Safe by default. TLS ends at a proxy in front, which SANZHI_TLS=1 says is there.
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
if BEHIND_TLS:
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
DATA_UPLOAD_MAX_MEMORY_SIZE = 25 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 25 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 50_000
# A corpus may come as a file a policy.
DATA_UPLOAD_MAX_NUMBER_FILES = 2_000
"""A form of 999 goods items has some twenty fields an item."""

# Languages and time.
LANGUAGES = environment.languages(ADMINISTRATION)
LANGUAGE_CODE = LANGUAGES[0][0]
LOCALE_PATHS = [SITE / "locale", HOME / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = ADMINISTRATION.zone.key

# Static files are served from the packages themselves, without a collecting step.
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

globals().update(environment.mail(HOME))

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "request_number": {"()": "sanzhi.site.shell.numbering.RequestNumberFilter"},
        "one_line": {"()": "sanzhi.site.shell.numbering.OneLineFilter"},
    },
    "formatters": {
        "line": {
            "format": "{asctime} {levelname} [{request_number}] {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "filters": ["request_number"],
            "formatter": "line",
        }
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        # A page that is not there is the visitor's affair; failures are logged as errors.
        "django.request": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        "django.security.DisallowedHost": {
            "handlers": ["stderr"],
            "filters": ["one_line"],
            "propagate": False,
        },
        "sanzhi": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
    },
}
