"""What somebody typed while their session had ended waits here, in the session they have now, until they come back."""

from django.http import HttpRequest

LIMIT = 40_000
KEY = "typed"


def put(request: HttpRequest) -> None:
    """Keep the boxes of this form (never its files) under the address of the page."""
    boxes = {name: values for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"}
    if sum(len(value) for values in boxes.values() for value in values) <= LIMIT:
        request.session[KEY] = {request.path: boxes}


def take(request: HttpRequest) -> dict[str, list[str]] | None:
    """What was typed for this page, once."""
    kept = request.session.get(KEY)
    if not kept or request.path not in kept:
        return None
    del request.session[KEY]
    boxes: dict[str, list[str]] = kept[request.path]
    return boxes
