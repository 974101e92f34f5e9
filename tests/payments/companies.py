"""Two payment companies on loopback, as their documents describe them: for tests of our side."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


class Company:
    """What one of them remembers and was asked. `broken`: how the next answers go wrong."""

    def __init__(self) -> None:
        self.orders: dict[str, dict[str, Any]] = {}
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.broken: list[str] = []
        self.address = ""

    def answer(self, verb: str, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        raise NotImplementedError


class PaymentCompany(Company):
    """Of the Shaparak network. An order: waits → paid → verified → settled, or refused; what was given back."""

    def answer(self, verb: str, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        if (body.get("terminalId"), body.get("userName"), body.get("userPassword")) != ("7", "town", "se cret"):
            return 200, {"resCode": "21"}
        name = path.rpartition("/")[2]
        if name == "token":
            token = f"T{len(self.orders) + 1}"
            self.orders[body["orderId"]] = {**body, "token": token, "state": "waits", "refunds": {}}
            return 200, {"resCode": 0, "token": token}
        order = self.orders.get(body.get("orderId", ""))
        if order is None or order["token"] != body["token"]:
            return 200, {"resCode": "42"}
        return 200, getattr(self, name)(order, body)

    def inquiry(self, order: dict[str, Any], _body: dict[str, Any]) -> dict[str, Any]:
        if order["state"] == "waits":
            return {"resCode": "421"}
        if order["state"] == "refused":
            return {"resCode": order["code"]}
        code = "48" if order["state"] == "reversed" else "0"
        told = {key: order[key] for key in ("orderId", "token", "amount")}
        return {"resCode": code, **told, "rrn": "1234567890", **order.get("lies", {})}

    def verify(self, order: dict[str, Any], _body: dict[str, Any]) -> dict[str, Any]:
        if order["state"] in ("verified", "settled"):
            return {"resCode": "43"}
        if order["state"] != "paid":
            return {"resCode": "48"}
        order["state"] = "verified"
        return {"resCode": "0"}

    def settle(self, order: dict[str, Any], _body: dict[str, Any]) -> dict[str, Any]:
        order["state"] = "settled"
        return {"resCode": "0"}

    def reversal(self, order: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
        order["refunds"][body["refundId"]] = body["amount"]
        if sum(order["refunds"].values()) > order["amount"]:
            del order["refunds"][body["refundId"]]
            return {"resCode": "61"}
        return {"resCode": "0", "refundReference": f"RF{len(order['refunds'])}"}


class PaypalCompany(Company):
    """PayPal's REST API, version 1: create, look, execute, refund."""

    def answer(self, verb: str, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        if path == "/v1/oauth2/token":
            return 200, {"token_type": "Bearer", "access_token": "A1", "expires_in": 3600}
        if path == "/v1/payments/payment":
            name = f"PAY-{len(self.orders) + 1}"
            page = {"rel": "approval_url", "href": f"{self.address}/approve?token=EC-1"}
            execute = {"rel": "execute", "href": f"{self.address}/v1/payments/payment/{name}/execute/"}
            order = {**body, "id": name, "state": "created", "links": [page, execute]}
            self.orders[name] = order
            return 201, order
        name = path.split("/")[4]
        order = self.orders.get(name)
        if order is None:
            return 404, {"name": "INVALID_RESOURCE_ID", "message": "unknown"}
        if path.endswith("/execute/"):
            order["state"] = "approved"
            refund = {"rel": "refund", "href": f"{self.address}/v1/payments/sale/{name}/refund"}
            amount = order["transactions"][0]["amount"]
            sale = {"id": "S1", "state": "completed", "amount": amount, "links": [refund]}
            order["transactions"][0]["related_resources"] = [{"sale": sale}]
        elif path.endswith("/refund"):
            made = {"refund": {"id": f"R{len(self.asked)}", **body}}
            order["transactions"][0]["related_resources"].append(made)
            return 201, made["refund"]
        return 200, order


@contextmanager
def serving(company: Company) -> Iterator[Company]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            text = self.rfile.read(length).decode()
            body = json.loads(text) if text.startswith("{") else {}
            company.asked.append((self.path, body))
            fault = company.broken.pop(0) if company.broken else ""
            status, answer = (500, {}) if fault == "500" else company.answer(self.command, self.path, body)
            sent = b"<html>" if fault == "garbage" else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        do_GET = do_POST  # noqa: N815 - the name that the server calls

        def log_message(self, *_args: Any) -> None:
            """Tests want no lines."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    company.address = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield company
    finally:
        server.shutdown()
        server.server_close()
