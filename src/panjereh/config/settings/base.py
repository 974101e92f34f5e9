"""Settings that hold in every mode."""

from panjereh.config import env

DATA = env.data_dir()
SERVICES = env.services_dir()
PRODUCTION = False
PUBLIC_ADDRESS = env.public_address()
LOG_POLICY = env.log_policy()
LOG_FOLDER = DATA / "log"  # what is remembered of the transparency log outside of the database

VIRUS_SCANNER = env.virus_scanner()
VIRUS_SCANNER_AWAY = env.virus_scanner_away()
KEYS = env.keys()
KEYS_PIN = env.keys_pin()
TIME_STAMPS = env.time_stamps(default="demo")
TIME_STAMP_ROOTS = env.time_stamp_roots()

SECRET_KEY = env.secret_key()
DEBUG = False
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *env.hosts()]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "panjereh.signing",
    "panjereh.vault",
    "panjereh.outbox",
    "panjereh.audit",
    "panjereh.registries",
    "panjereh.identity",
    "panjereh.catalogue",
    "panjereh.documents",
    "panjereh.correspondence",
    "panjereh.payments",
    "panjereh.cases",
    "panjereh.oversight",
    "panjereh.ui",
    "panjereh.intake",
    "panjereh.portal",
    "panjereh.desk",
    "panjereh.api",
    "allauth",  # after ours, whose words hold where both translate the same sentence
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.idp.oidc",
]

MIDDLEWARE = [
    "panjereh.ui.middleware.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "panjereh.ui.compression.Compressed",
    "panjereh.ui.middleware.OnlyText",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "panjereh.ui.middleware.Language",
    "django.middleware.common.CommonMiddleware",
    "panjereh.ui.forgery.FormTokens",
    "panjereh.ui.middleware.SignedIn",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "panjereh.config.urls"
WSGI_APPLICATION = "panjereh.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "panjereh.ui.engine.Pages",
        "NAME": "jinja2",
        "APP_DIRS": True,  # each room's `jinja2` folder
        "OPTIONS": {"environment": "panjereh.ui.jinja.environment"},
    },
    {  # only for what libraries bring: no page of ours
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    },
]

DATABASES = {"default": env.database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {  # libraries count in the first, for all processes together; the second is each process's own
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shared_cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
    "process": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
}

AUTH_USER_MODEL = "identity.Account"
AUTHENTICATION_BACKENDS = ["panjereh.identity.adapters.allauth.AccountBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",  # memory-hard; 0.2 s of CPU for each try
    "panjereh.identity.adapters.oidc_provider.SiteSecretHasher",  # no password: random secrets of other sites
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email"]},
    },
]
ACCOUNT_ADAPTER = "panjereh.identity.adapters.allauth.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"length": 6, "numeric": True, "dashed": False}
ACCOUNT_RATE_LIMITS = {"request_login_code": "20/m/ip,3/m/key,12/h/key"}  # 5 guesses for each code asked for
ACCOUNT_FORMS = {
    "request_login_code": "panjereh.identity.adapters.allauth.RequestCodeForm",
    "confirm_login_code": "panjereh.identity.adapters.allauth.ConfirmCodeForm",
}
ACCOUNT_EMAIL_VERIFICATION = "none"  # a code that came by e-mail proves the address
ACCOUNT_PREVENT_ENUMERATION = True
PROVIDERS = env.providers(production=PRODUCTION)
SOCIALACCOUNT_PROVIDERS = env.providers_for_allauth(PROVIDERS)
SOCIALACCOUNT_ADAPTER = "panjereh.identity.adapters.oidc_client.Fetching"
IDP_OIDC_ADAPTER = "panjereh.identity.adapters.oidc_provider.ProviderAdapter"
IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN = 5 * 60
IDP_OIDC_ID_TOKEN_EXPIRES_IN = 5 * 60
IDP_OIDC_AUTHORIZATION_CODE_EXPIRES_IN = 60
IDP_OIDC_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]
LOGIN_URL = "/signin/"
LOGIN_REDIRECT_URL = "/my/"

SESSION_ENGINE = env.session_engine()
SESSION_CACHE_ALIAS = "process"
SESSION_COOKIE_NAME = "panjereh"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 3600
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "panjereh.ui.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
FILE_UPLOAD_MAX_MEMORY_SIZE = 12 * 2**20
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LANGUAGE_CODE = "fa"
LANGUAGES = [("fa", "فارسی"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Tehran"

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DATA / "files"}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

vars().update(env.email())
RECOVERY_HOURS = env.recovery_hours()
DESK_LEVEL = env.desk_level(default="low")
SMS_GATEWAY = env.sms_gateway()
GATEWAYS = env.gateways()
PAYMENT_HOST = "unused"  # django-payments wants one; where people come back to is told with each order
DEFAULT_FROM_EMAIL = "panjereh@localhost"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"one_line": {"()": "panjereh.config.logs.OneLine"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "one_line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "panjereh": {"level": "INFO"},
        "pyhanko": {"level": "CRITICAL"},  # it tells at length how a file that somebody uploads is wrong
    },
}
SILENCED_SYSTEM_CHECKS: list[str] = []

MOST_PEOPLE_READ_A_DAY = env.positive("PANJEREH_MOST_PEOPLE_READ_A_DAY", 60)  # by one official, before it is reported
USUAL_HOURS = (6, 20)  # of the day; readings outside of them are reported
