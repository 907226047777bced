"""`nyash test`: each test by itself, with both sides of an assertion and its leaks."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path

TESTS = """
function testAdds() { assert(1 + 1 == 2) }
function testFails() { local two = 2; assert(two + 1 == 4, "sum") }
function testThrows() { throw "broken" }
box Node { init { other } }
function testLeaks() { local a = new Node(); a.other = a }
function testEnds() { exit(0) }
function testWaits() { await Task.sleep(1); assert(true) }
function testHangs() { Task.sleep(1000000) }
function helper() { return 1 }
box TestPairs {
    testMethod() { assert(helper() == 1) }
    other() { throw "not a test" }
}
"""


def test_each_test_has_its_own_end(nyash, tmp_path: Path) -> None:
    (tmp_path / "all.nyash").write_text(TESTS)
    outcome = nyash("test", "all.nyash", "--timeout", "2", "--junit", "out.xml")
    assert outcome.code == 1
    said = outcome.out + outcome.err
    assert "left is 3, right is 4" in said
    assert "all.nyash:3" in said
    assert "declare it `weak other`" in said
    suite = ElementTree.parse(tmp_path / "out.xml").getroot()
    cases = {case.get("name"): case for case in suite.iter("testcase")}
    good = {name for name, case in cases.items() if not list(case)}
    assert {"testAdds", "testWaits", "TestPairs.testMethod"} <= good
    assert {"testFails", "testThrows", "testLeaks", "testHangs"} <= set(cases) - good
    assert "helper" not in cases and "TestPairs.other" not in cases


def test_filter_and_success(nyash, tmp_path: Path) -> None:
    (tmp_path / "all.nyash").write_text(TESTS)
    outcome = nyash("test", "all.nyash", "--filter", "test[A]*")
    assert outcome.code == 0
    assert "1 passed" in outcome.out + outcome.err


def test_the_folder_tests_is_the_default(nyash, tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "one.nyash").write_text("function testOne() { assert(1 < 2) }\n")
    assert nyash("test").code == 0


def test_nothing_to_do_is_an_error(nyash, tmp_path: Path) -> None:
    (tmp_path / "none.nyash").write_text("print(1)\n")
    for arguments in (("none.nyash",), ("nowhere.nyash",), ()):
        outcome = nyash("test", *arguments)
        assert outcome.code == 2
        assert outcome.err.startswith("error[N09")


def test_what_does_not_compile_fails(nyash, tmp_path: Path) -> None:
    (tmp_path / "bad.nyash").write_text("function testBad() { unknown() }\n")
    outcome = nyash("test", "bad.nyash")
    assert outcome.code == 1
    assert "unknown" in outcome.err
