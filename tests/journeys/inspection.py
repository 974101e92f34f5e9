"""What every page must keep, whoever looks at it on whatever screen."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

AXE = Axe()

# Sideways scrolling; styles and scripts in the page; all in one look at the page.
LOOK = """() => {
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    const inside = '[style], style, script:not([src]):not([type="application/ld+json"])';
    const inline = document.querySelectorAll(inside).length;
    const acting = [...document.querySelectorAll('*')].filter(e => e.getAttributeNames().some(n => n.startsWith('on')));
    return {wide, inline: inline + acting.length};
}"""


def faults_of(page: Page) -> list[str]:
    """What is wrong with the page that is open, by axe-core and by our own limits."""
    seen = page.evaluate(LOOK)
    found = [f"{rule['id']}: {rule['nodes'][0]['html'][:150]}" for rule in AXE.run(page).response["violations"]]
    if seen["wide"] > 0:
        found.append(f"{seen['wide']} px too wide")
    if seen["inline"]:
        found.append(f"{seen['inline']} inline styles or scripts")
    size = page.viewport_size or {"width": 0}
    return [f"{page.url.split('/', 3)[3]} at {size['width']}: {fault}" for fault in found]
