"""Python's collector of circular garbage, told what kind of process this is."""

import gc

YOUNG = 10_000  # objects more than were freed, before it looks at the newest; Python's 700 is a dozen looks a page


def ease() -> None:
    """Call when all is loaded. Modules, compiled services and templates live as long as the process: they are not
    looked at again. Pages leave little that is circular, so it looks less often (measured: a tenth of a page's time).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 20)
