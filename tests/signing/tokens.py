"""A SoftHSM token of one's own: Debian's PKCS #11 module that keeps its keys in files."""

import os
import subprocess
from pathlib import Path

from panjereh.signing import token_address

MODULE = "/usr/lib/softhsm/libsofthsm2.so"
PIN = "271828"


class SoftToken:
    """The token called `panjereh` in a folder. The module reads where it lies from the environment."""

    def __init__(self, folder: Path) -> None:
        self.tokens, self.pin_file = folder / "tokens", folder / "pin"
        self.tokens.mkdir(parents=True)
        self.pin_file.write_text(PIN + "\n")
        configuration = folder / "softhsm2.conf"
        configuration.write_text(f"directories.tokendir = {self.tokens}\nlog.level = ERROR\n")
        os.environ["SOFTHSM2_CONF"] = str(configuration)
        subprocess.run(
            ["softhsm2-util", "--init-token", "--free", "--label", "panjereh", "--pin", PIN, "--so-pin", "314159"],
            check=True,
            capture_output=True,
        )

    @property
    def text(self) -> str:
        return f"pkcs11:token=panjereh?module-path={MODULE}&pin-source=file:{self.pin_file}"

    @property
    def address(self) -> token_address.TokenAddress:
        return token_address.parse(self.text)

    def go_away(self) -> None:
        self.tokens.rename(self.tokens.with_name("away"))
        self.tokens.mkdir()

    def come_back(self) -> None:
        self.tokens.rmdir()
        self.tokens.with_name("away").rename(self.tokens)
