"""``python -m pipeline`` is ``forewarn``."""

import sys

from pipeline.cli import main

sys.exit(main())
