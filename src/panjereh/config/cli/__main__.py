"""python -m panjereh.config.cli: what the launcher hands over to."""

import sys

from panjereh.config.cli import main

try:
    sys.exit(main(sys.argv[1:]))
except KeyboardInterrupt:
    sys.exit(130)
except BrokenPipeError:  # the reader of our output went away: `./panjereh check | head`
    sys.exit(141)
