"""JUnit XML as Jenkins' and GitLab's readers take it: testsuites / testsuite / testcase."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree as xml

from .execution import Result

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 section 2.2 has no way to write."""
_ERRORS = ("crashed", "timeout", "error")


def document(results: Sequence[Result]) -> bytes:
    root = xml.Element("testsuites", name="nyash test", **_totals(results))
    for file in dict.fromkeys(result.file for result in results):
        own = [result for result in results if result.file == file]
        suite = xml.SubElement(root, "testsuite", name=_clean(file), **_totals(own))
        for result in own:
            _case(suite, result)
    xml.indent(root)
    return xml.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def _case(suite: xml.Element, result: Result) -> None:
    case = xml.SubElement(
        suite,
        "testcase",
        name=_clean(result.name),
        classname=_clean(result.file.removesuffix(".nyash").replace("/", ".")),
        file=_clean(result.file),
        line=str(result.line),
        time=f"{result.seconds:.3f}",
    )
    if not result.passed:
        kind = "error" if result.status in _ERRORS else "failure"
        fault = xml.SubElement(case, kind, type=result.status, message=_clean(result.message))
        fault.text = _clean(result.leaks or result.err or result.message)
    for tag, text in (("system-out", result.out), ("system-err", result.err)):
        if text:
            xml.SubElement(case, tag).text = _clean(text)


def _totals(results: Sequence[Result]) -> dict[str, str]:
    errors = sum(result.status in _ERRORS for result in results)
    failed = sum(not result.passed for result in results)
    return {
        "tests": str(len(results)),
        "failures": str(failed - errors),
        "errors": str(errors),
        "time": f"{sum(result.seconds for result in results):.3f}",
    }


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
