"""The to-do list's page, in two tabs that show the same list."""

from __future__ import annotations

import json

from .devtools import Page

ITEMS = (
    "[...document.querySelectorAll('li')].map("
    "item => [item.querySelector('span').innerText, item.classList.contains('done')])"
)
MESSAGE = "document.querySelector('[role=alert]').innerText"


def add(page: Page, text: str) -> None:
    page.evaluate("document.querySelector('input').focus()")
    page.type(text)


def test_the_page(browser, serve) -> None:
    server = serve("rest_api")
    one = browser.open(server.address)
    one.wait("document.querySelector('ul').dataset.ready", "true")
    add(one, "buy milk")
    one.wait(ITEMS, [["buy milk", False]])
    two = browser.open(server.address)
    two.wait(ITEMS, [["buy milk", False]])
    add(two, "<b>write</b>")
    for page in (one, two):
        page.wait(ITEMS, [["buy milk", False], ["<b>write</b>", False]])
    one.click("li span")
    for page in (one, two):
        page.wait(ITEMS, [["buy milk", True], ["<b>write</b>", False]])
    two.click("li button")
    for page in (one, two):
        page.wait(ITEMS, [["<b>write</b>", False]])

    assert one.evaluate(MESSAGE) == ""
    add(one, "   ")
    one.wait(MESSAGE, "text is empty")
    add(one, "the message goes")
    one.wait(ITEMS, [["<b>write</b>", False], ["the message goes", False]])
    assert one.evaluate(MESSAGE) == ""
    listed = one.evaluate("fetch('/api/todos').then(answer => answer.json())")
    assert [todo["text"] for todo in listed] == ["<b>write</b>", "the message goes"]

    assert one.evaluate("document.readyState") == "complete"
    code, errors = server.stop()
    assert code == 0, errors
    assert all("error" not in line.lower() for line in errors.splitlines()), json.dumps(errors)
    one.wait(MESSAGE, "the server cannot be reached")
    for page in (one, two):
        page.close()
