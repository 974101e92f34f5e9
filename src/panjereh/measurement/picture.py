"""Who gains and who loses, by tenths of the population: a picture (SVG) in the design of our pages, and a table."""

from collections.abc import Iterator
from xml.sax.saxutils import escape

from panjereh.kernel.money import Money
from panjereh.localisation.languages import direction
from panjereh.localisation.money import format_money
from panjereh.localisation.numbers import format_number
from panjereh.measurement.simulation import Result

WIDTH, HEIGHT, LEFT, TOP, BAR, STEP, MIDDLE, REACH = 760, 420, 60, 76, 40, 64, 226, 120
INK, INK_2, LINE, PAPER, GAIN, LOSE = "#17252e", "#4b5a62", "#ddd5c7", "#faf7f1", "#21653a", "#a61e2e"
THOUSAND_TOMAN = 10_000  # rials
WORDS = {
    "en": {
        "title": "Who gains and who loses",
        "desc": "Change of what somebody pays on average, by tenths of the population, the poorest first",
        "unit": "thousand toman",
        "more": "pay more",
        "less": "pay less",
        "tenth": "Tenth",
        "people": "People",
        "before": "Now, on average",
        "after": "Then, on average",
        "change": "Change",
        "gain": "Pay less",
        "lose": "Pay more",
        "all": "All",
    },
    "fa": {
        "title": "چه کسی سود می‌کند و چه کسی زیان",
        "desc": "تغییر میانگین پرداخت هر نفر در هر دهک، از کم‌درآمدترین",
        "unit": "هزار تومان",
        "more": "بیشتر می‌پردازند",
        "less": "کمتر می‌پردازند",
        "tenth": "دهک",
        "people": "نفر",
        "before": "میانگین کنونی",
        "after": "میانگین پس از تغییر",
        "change": "تغییر",
        "gain": "کمتر می‌پردازند",
        "lose": "بیشتر می‌پردازند",
        "all": "همه",
    },
}
"""The words on picture and table, by language."""


def svg(result: Result, language: str) -> str:
    """One bar for each tenth: above the line they pay more, below it less. Colour is never the only sign."""
    words = WORDS[language]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" lang="{language}" '
        f'direction="{direction(language)}" font-family="Vazirmatn, system-ui, sans-serif" '
        f'aria-labelledby="t d"><title id="t">{words["title"]}</title><desc id="d">{words["desc"]}</desc>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>',
        _text(WIDTH / 2, 34, words["title"], size=22, weight=700),
        _text(WIDTH / 2, 58, words["desc"], size=14, fill=INK_2),
        *_bars(result, language),
        f'<line x1="{LEFT - 20}" x2="{WIDTH - 40}" y1="{MIDDLE}" y2="{MIDDLE}" stroke="{INK}" stroke-width="2"/>',
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _bars(result: Result, language: str) -> Iterator[str]:
    most = max((abs(tenth.change) for tenth in result.tenths), default=0) or 1
    for tenth in result.tenths:
        x, size = LEFT + (tenth.number - 1) * STEP, REACH * abs(tenth.change) / most
        loses = tenth.change > 0
        y = MIDDLE - size if loses else MIDDLE
        colour, sign = (LOSE, "▲") if loses else (GAIN, "▼")
        yield f'<rect x="{x}" y="{y:.1f}" width="{BAR}" height="{size:.1f}" fill="{colour}" rx="3"/>'
        if tenth.change:
            at = y - 8 if loses else y + size + 18
            amount = format_number(round(abs(tenth.change) / THOUSAND_TOMAN), language)
            yield _text(x + BAR / 2, at, f"{sign} {amount}", size=12, fill=colour, weight=700)
        yield _text(x + BAR / 2, HEIGHT - 30, format_number(tenth.number, language), size=14)
    words = WORDS[language]
    legend = f"{words['tenth']} · {words['unit']} · ▲ {words['more']} · ▼ {words['less']}"
    yield _text(WIDTH / 2, HEIGHT - 8, legend, size=13, fill=INK_2)


def _text(x: float, y: float, text: str, *, size: int, fill: str = INK, weight: int = 400) -> str:
    return (
        f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="middle" font-size="{size}" font-weight="{weight}" '
        f'fill="{fill}">{escape(text)}</text>'
    )


def rows(result: Result, language: str) -> list[list[str]]:
    """The table behind the picture: headings, ten rows, and the sum."""
    words = WORDS[language]
    heads = [words[name] for name in ("tenth", "people", "before", "after", "change", "gain", "lose")]
    body = [
        [
            format_number(tenth.number, language),
            format_number(tenth.people, language),
            *(_money(amount, tenth.people, language) for amount in (tenth.before, tenth.after)),
            format_money(Money(tenth.change), language),
            format_number(tenth.gain, language),
            format_number(tenth.lose, language),
        ]
        for tenth in result.tenths
    ]
    whole = [
        words["all"],
        format_number(result.people, language),
        *(_money(amount, result.people, language) for amount in (result.before, result.after)),
        _money(result.after - result.before, result.people, language),
        format_number(sum(tenth.gain for tenth in result.tenths), language),
        format_number(sum(tenth.lose for tenth in result.tenths), language),
    ]
    return [heads, *body, whole]


def _money(total: int, people: int, language: str) -> str:
    return format_money(Money(round(total / people) if people else 0), language)
