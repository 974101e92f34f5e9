"""The drawings of the house, as inline SVG: one stroke width, 24 by 24, coloured by the text around them."""

from functools import cache

from markupsafe import Markup

PATHS = {
    "search": "M10.5 4a6.5 6.5 0 100 13 6.5 6.5 0 000-13zM20 20l-4.7-4.7",
    "tick": "M5 12.5l4.5 4.5L19 7.5",
    "back": "M15 5l-7 7 7 7",
    "forward": "M9 5l7 7-7 7",
    "warning": "M12 3.5L2.5 20h19zM12 10v4.5M12 17.3v.2",
    "clock": "M12 3.5a8.5 8.5 0 100 17 8.5 8.5 0 000-17zM12 7.5V12l3 2",
    "key": "M8 11.5a4.5 4.5 0 100 9 4.5 4.5 0 000-9zM11.2 12.8L20 4M16.5 7.5L19 10",
    "lock": "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 017 0v3",
    "document": "M6 3.5h8l4 4V20.5H6zM14 3.5v4h4M9 12.5h6M9 16h6",
    "phone": (
        "M6 3.5h3l1.5 4.5-2 1.5a12 12 0 006 6l1.5-2 4.5 1.5v3a1.5 1.5 0 01-1.7 1.5C11 18.7 5.3 13 4"
        ".5 5.2A1.5 1.5 0 016 3.5z"
    ),
    "post": "M3.5 6h17v12.5h-17zM3.5 7l8.5 6.5L20.5 7",
    "desk": "M12 4a3 3 0 100 6 3 3 0 000-6zM5.5 15.5c1-3 3.5-4 6.5-4s5.5 1 6.5 4M3 15.5h18V20H3z",
    "print": "M7 8.5V3.5h10v5M4 8.5h16v8h-3M7 16.5H4v-8M7 13.5h10v7H7z",
    "seal": (
        "M12 3.5l2 2.2 2.9-.6.6 2.9 2.6 1.4-1.3 2.6 1.3 2.6-2.6 1.4-.6 2.9-2.9-.6-2 2.2-2-2.2-2.9.6"
        "-.6-2.9-2.6-1.4L5.2 12 3.9 9.4 6.5 8l.6-2.9 2.9.6zM8.8 12.2l2.2 2.2 4.2-4.4"
    ),
    "eye": (
        "M2.5 12c2.3-4 5.5-6 9.5-6s7.2 2 9.5 6c-2.3 4-5.5 6-9.5 6s-7.2-2-9.5-6z"
        "M12 9.2a2.8 2.8 0 100 5.6 2.8 2.8 0 000-5.6z"
    ),
    "message": "M4 5h16v11.5h-8.5L7 20v-3.5H4zM8 9.5h8M8 12.5h5",
    "person": "M12 4a4 4 0 100 8 4 4 0 000-8zM4.5 20.5c.8-4 3.5-6 7.5-6s6.7 2 7.5 6",
    "register": "M5 4h12.5a1.5 1.5 0 011.5 1.5v15H6.5A1.5 1.5 0 015 19zM5 18a1.5 1.5 0 011.5-1.5H19M9 8h6M9 11.5h6",
    "cradle": "M4 9h16c0 5-3.5 7.5-8 7.5S4 14 4 9zM4 9a8 8 0 018-5v5M8.5 16l-1 3.5M15.5 16l1 3.5M5 20.5h14",
    "rings": "M9 8.5a5.5 5.5 0 100 11 5.5 5.5 0 000-11zM15 8.5a5.5 5.5 0 100 11 5.5 5.5 0 000-11zM7.5 4h3L9 6.5z",
    "house": "M3.5 11.5L12 4l8.5 7.5M6 10v10h12V10M10 20v-5.5h4V20",
    "shop": (
        "M4 9.5L5.5 4h13L20 9.5a2.7 2.7 0 01-5.3 0 2.7 2.7 0 01-5.4 0 2.7 2.7 0 01-5.3 0z"
        "M5.5 12.5V20h13v-7.5M10 20v-4.5h4V20"
    ),
    "book": "M12 6.5C10 5 7 4.5 4 5v13c3-.5 6 0 8 1.5 2-1.5 5-2 8-1.5V5c-3-.5-6 0-8 1.5zM12 6.5v13",
    "car": "M3.5 16v-4l2-1 2-4.5h9l2 4.5 2 1v4zM6 16v2.5M18 16v2.5M5.5 11h13M7 13.5h1M16 13.5h1",
    "work": "M4 8h16v11.5H4zM9 8V5h6v3M4 13h16M12 12v2.5",
    "leaf": "M12 3c3.5 4 4.5 8.5 3.5 12.5-.6 1.6-1.9 2.5-3.5 2.5s-2.9-.9-3.5-2.5C7.5 11.5 8.5 7 12 3zM12 10v11",
    "scales": "M12 4v16M7.5 20h9M5 7h14M5 7l-2.5 6.5h5zM19 7l-2.5 6.5h5zM12 4.5v.1",
    "window": "M5 20.5V11a7 7 0 0114 0v9.5zM12 4v16.5M5 12.5h14",
}
"""Name of an icon → its path. `back` and `forward` are arrows of reading order, drawn for left to right."""

MIRRORED = frozenset({"back", "forward"})
"""Arrows turn round on right-to-left pages; clocks, ticks and the search glass don't."""

MARK = Markup(
    '<svg viewBox="0 0 36 44" aria-hidden="true"><path d="M2 42V18a16 16 0 0132 0v24z" fill="none" stroke="#f2b33d" '
    'stroke-width="3"/><path d="M18 3v39M2 25h32" stroke="#f2b33d" stroke-width="2"/><path d="M18 14l3.2 3.2h4.6v4.6'
    'L29 25l-3.2 3.2v4.6h-4.6L18 36l-3.2-3.2h-4.6v-4.6L7 25l3.2-3.2v-4.6h4.6z" fill="#fff"/></svg>'
)
"""The window of the name: an arch with a star, in the header of every page."""


@cache
def icon(name: str) -> Markup:
    """An ornament beside words: hidden from readers of the text. Unknown names are a mistake (KeyError)."""
    kind = "i flip" if name in MIRRORED else "i"
    return Markup('<svg class="{}" viewBox="0 0 24 24" aria-hidden="true"><path d="{}"/></svg>').format(
        kind, PATHS[name]
    )
