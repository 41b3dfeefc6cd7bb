"""`python -m sfnlint`."""

import sys

from sfnlint.cli import main

sys.exit(main())
