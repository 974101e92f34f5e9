"""The demonstration country on one machine: `./panjereh start`."""

from panjereh.config.settings.base import *  # noqa: F403
from panjereh.config.settings.base import DATA, GATEWAYS, SMS_GATEWAY

DEMONSTRATION = True
SMS_GATEWAY = SMS_GATEWAY or f"folder:{DATA / 'sms'}"
GATEWAYS = GATEWAYS or ["demo:"]
