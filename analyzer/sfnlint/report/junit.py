"""Findings as JUnit's XML, which most CI systems show.

A suite for each file; a case for each finding, and one that passes for each file without any.
The form: https://github.com/testmoapp/junitxml
"""

from __future__ import annotations

from collections import Counter
from itertools import groupby

from sfnlint.report import Report, printable, relative


def report(run: Report) -> str:
    """The whole report."""
    from xml.etree.ElementTree import Element, SubElement, indent, tostring

    root = Element("testsuites", name="sfn-lint")
    total = 0
    for file, group in groupby(run.findings, lambda pair: pair[0].file):
        findings = list(group)
        total += len(findings)
        name, count = printable(relative(file, run.root)), str(len(findings))
        same: Counter[str] = Counter()
        suite = SubElement(root, "testsuite", name=name, tests=count, failures=count)
        for where, finding in findings:
            rule = run.rules[finding.rule]
            spot = f"{name}:{where.line}:{where.column}"
            message = printable(finding.message)
            same[message] += 1
            more = f" ({same[message]})" if same[message] > 1 else ""
            case = SubElement(
                suite,
                "testcase",
                # By the name, a CI tells what is new: it stays when lines move.
                name=f"{rule.id} {message}{more}",
                classname=name,
                file=name,
                line=str(where.line),
            )
            failure = SubElement(case, "failure", type=finding.severity, message=message)
            lines = [f"{spot}: {rule.id} {message}"]
            if finding.fix:
                lines.append(f"fix: {printable(finding.fix)}")
            failure.text = "\n".join([*lines, f"see: {rule.url}"])
    failing = {where.file for where, _ in run.findings}
    passing = dict.fromkeys(machine.file for machine in run.machines)
    for file in [file for file in passing if file not in failing]:
        name = printable(relative(file, run.root))
        suite = SubElement(root, "testsuite", name=name, tests="1", failures="0")
        SubElement(suite, "testcase", name="sfn-lint", classname=name, file=name)
        total += 1
    root.set("tests", str(total))
    root.set("failures", str(len(run.findings)))
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode")
