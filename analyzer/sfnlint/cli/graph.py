"""`sfn-lint graph`."""

from __future__ import annotations

import sys
from pathlib import Path

from sfnlint.cli.usage import UsageError, write


def graph(paths: list[str], form: str, output_file: str | None) -> int:
    """Draw the machines of files and folders, as "mermaid" or as "dot".

    Raises:
        UsageError: there is nothing to draw.

    """
    from sfnlint.cli.check import configuration, why_nothing
    from sfnlint.discovery import discover
    from sfnlint.engine import run
    from sfnlint.options import Options
    from sfnlint.report import dot, mermaid, printable
    from sfnlint.report.drawing import draw

    config = configuration()
    options = Options(rules={"EF001"}, keep_subjects=True)
    try:
        result = run(
            discover([Path(path) for path in paths], config.exclude, config.folder), options
        )
    except FileNotFoundError as error:
        raise UsageError(f"there is no file or folder {error}") from None
    except OSError as error:
        raise UsageError(f"cannot look at {error.filename}: {error.strerror}") from None
    for finding in result.findings:
        file = finding.place.locate().root.file
        print(f"sfn-lint: {printable(f'{file}: {finding.message}')}", file=sys.stderr)
    if not result.subjects:
        raise UsageError(why_nothing(result))
    drawing = draw(result.subjects)
    write((mermaid if form == "mermaid" else dot).lines(drawing), output_file)
    return 0
