"""SMS through the HTTP interface `sendsms` of Kannel, which many gateways speak (its user's guide, chapter 6.4)."""

from dataclasses import dataclass
from http import HTTPStatus

import requests

from panjereh.identity.ports import CarrierRefused

PATIENCE = 10  # seconds
TAKEN = (HTTPStatus.OK, HTTPStatus.ACCEPTED)
UNICODE = 2  # coding UCS-2, which every script fits in


@dataclass(frozen=True, slots=True)
class Kannel:
    """A `sendsms` address with its user. sender: the number or name that the message comes from."""

    address: str
    user: str
    password: str
    sender: str = ""

    def send(self, to: str, text: str) -> None:
        asked = {
            "username": self.user,
            "password": self.password,
            "to": to,
            "text": text,
            "charset": "UTF-8",
            "coding": str(UNICODE),
            **({"from": self.sender} if self.sender else {}),
        }
        try:
            answer = requests.get(self.address, params=asked, timeout=PATIENCE, allow_redirects=False)
        except requests.RequestException as error:  # whose text holds the address with the password: not handed on
            raise ConnectionError(f"the SMS gateway does not answer: {type(error).__name__}") from None
        if answer.status_code in TAKEN:
            return
        if HTTPStatus.BAD_REQUEST <= answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
            raise CarrierRefused(f"the SMS gateway refuses with status {answer.status_code}")
        raise ConnectionError(f"the SMS gateway answers with status {answer.status_code}")
