"""What identity needs of the world: somebody who carries short messages to telephones."""

from typing import Protocol


class TextMessages(Protocol):
    """A gateway for SMS."""

    def send(self, to: str, text: str) -> None:
        """Hand `text` over for the number `to` (E.164, such as +989121234567).

        Raises CarrierRefused when trying again would not help, any other exception when it may.
        """


class CarrierRefused(Exception):
    """The gateway will never take this message. The text says why, without number or password."""
