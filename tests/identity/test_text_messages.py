"""SMS: into a folder in the demonstration, through Kannel's interface elsewhere. The gateway here is a real server."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.exceptions import ImproperlyConfigured

from panjereh.identity import handlers
from panjereh.identity.adapters.sms_gateways import gateway
from panjereh.identity.adapters.sms_kannel import Kannel
from panjereh.identity.operations import codes
from panjereh.identity.ports import CarrierRefused
from panjereh.outbox import operations as outbox
from panjereh.outbox.handlers import EffectContext, GiveUp

TEXT = "۱۲۳۴۵۶ کد شماست & 5 > 4"


@pytest.fixture
def kannel():
    """A gateway that answers with `status` and keeps what it was asked."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            server.asked.append(parse_qs(urlsplit(self.path).query, keep_blank_values=True))
            self.send_response(server.status)
            if server.status == 302:
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.end_headers()
            self.wfile.write(b"0: Accepted for delivery")

        def log_message(self, *_anything):
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    server.asked, server.status = [], 202
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def address(server, password="p%40ss"):
    return f"kannel://portal:{password}@127.0.0.1:{server.server_port}/cgi-bin/sendsms?from=Panjereh"


def test_a_message_is_handed_over_as_kannel_wants_it(kannel):
    gateway(address(kannel)).send("+989121234567", TEXT)

    assert kannel.asked == [
        {
            "username": ["portal"],
            "password": ["p@ss"],
            "to": ["+989121234567"],
            "text": [TEXT],
            "charset": ["UTF-8"],
            "coding": ["2"],
            "from": ["Panjereh"],
        }
    ]


@pytest.mark.parametrize(
    ("status", "fault"),
    [
        (400, CarrierRefused),
        (403, CarrierRefused),
        (500, ConnectionError),
        (503, ConnectionError),
        (302, ConnectionError),
    ],
)
def test_a_refusal_is_told_apart_from_a_fault_and_neither_tells_the_password(kannel, status, fault):
    kannel.status = status

    with pytest.raises(fault) as told:
        gateway(address(kannel)).send("+989121234567", TEXT)

    assert "p@ss" not in str(told.value)
    assert "9121234567" not in str(told.value)


def test_a_gateway_that_is_away_is_a_fault_without_secrets():
    with pytest.raises(ConnectionError) as told:
        Kannel("http://127.0.0.1:9/cgi-bin/sendsms", "portal", "p@ss").send("+989121234567", TEXT)

    assert "p@ss" not in str(told.value)
    assert told.value.__cause__ is None


@pytest.mark.django_db
def test_a_code_goes_through_the_gateway_and_a_refusal_is_not_tried_again(kannel, settings):
    settings.SMS_GATEWAY = address(kannel, "other")
    codes.send_code("+989121234567", by="phone", purpose="x", language="en")
    outbox.run_until_idle(handlers.HANDLERS)
    assert "is your code for Panjereh" in kannel.asked[0]["text"][0]

    kannel.status = 403
    payload = {"to": "+989121234567", "by": "phone", "code": "123456", "language": "en", "until": 9e12}
    with pytest.raises(GiveUp):
        handlers.send_any_code(payload, EffectContext(1, "key", 1))


@pytest.mark.django_db
def test_in_the_demonstration_messages_are_files(settings, tmp_path):
    settings.SMS_GATEWAY = f"folder:{tmp_path}/sms"
    codes.send_code("+989121234567", by="phone", purpose="x", language="fa")
    codes.send_code("+989120000000", by="phone", purpose="x", language="fa", known=False)

    outbox.run_until_idle(handlers.HANDLERS)

    (file,) = (tmp_path / "sms").iterdir()
    assert file.read_text().startswith("To: +989121234567\n\n")


@pytest.mark.parametrize("wrong", ["", "http://x", "kannel://", "nonsense"])
def test_an_address_that_is_not_understood_says_what_to_write(wrong):
    with pytest.raises(ImproperlyConfigured, match="kannel://user:password@host"):
        gateway(wrong)
