"""JUnit XML output, which most CI systems show as test results.

A suite for each file; a failed case for each finding, a passed case for a file without findings.
The format: https://github.com/testmoapp/junitxml
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from sfnlint.report.escaping import escape_controls
from sfnlint.report.file_names import relative_or_absolute
from sfnlint.report.positions import position
from sfnlint.report.report import Report


def lines(report: Report) -> Iterator[str]:
    """Yield the XML document."""
    # Imported here because only this format needs it.
    from xml.etree.ElementTree import Element, SubElement, indent, tostring

    root = Element("testsuites", name="sfn-lint")
    cases = 0
    for file, group in groupby(report.findings, lambda pair: pair[0].file):
        findings = list(group)
        cases += len(findings)
        name, count = _shown(file, report), str(len(findings))
        alike: Counter[str] = Counter()
        suite = SubElement(root, "testsuite", name=name, tests=count, failures=count)
        for start, finding in findings:
            rule = report.rules[finding.rule]
            message = escape_controls(finding.message)
            alike[message] += 1
            number = f" ({alike[message]})" if alike[message] > 1 else ""
            case = SubElement(
                suite,
                "testcase",
                # CI systems compare cases by name: it has no line, which may move.
                name=f"{rule.id} {message}{number}",
                classname=name,
                file=name,
                line=str(start.line),
            )
            failure = SubElement(case, "failure", type=finding.severity, message=message)
            details = [f"{name}:{start.line}:{start.column}: {rule.id} {message}"]
            for note in finding.notes:
                place = position(note.place)
                where = f"{_shown(place.file, report)}:{place.line}:{place.column}"
                details.append(f"{where}: note: {escape_controls(note.message)}")
            if finding.fix:
                details.append(f"fix: {escape_controls(finding.fix)}")
            failure.text = "\n".join([*details, f"see: {rule.url}"])
    failed = {start.file for start, _ in report.findings}
    checked = dict.fromkeys(machine.file for machine in report.machines)
    for file in [file for file in checked if file not in failed]:
        name = _shown(file, report)
        suite = SubElement(root, "testsuite", name=name, tests="1", failures="0")
        SubElement(suite, "testcase", name="sfn-lint", classname=name, file=name)
        cases += 1
    if report.failures:
        count = str(len(report.failures))
        suite = SubElement(root, "testsuite", name="sfn-lint", tests=count, errors=count)
        cases += len(report.failures)
        root.set("errors", count)
        for problem in report.failures:
            message = escape_controls(problem.message)
            case = SubElement(suite, "testcase", name=message, classname="sfn-lint")
            SubElement(case, "error", message=message)
    root.set("tests", str(cases))
    root.set("failures", str(len(report.findings)))
    indent(root)
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield tostring(root, encoding="unicode")


def _shown(file: str, report: Report) -> str:
    return escape_controls(relative_or_absolute(file, report.root))
