"""The chat's page, in two tabs."""

from __future__ import annotations

from .devtools import Page

LINES = "[...document.querySelectorAll('li')].map(line => line.innerText)"
LAST = f"{LINES}.at(-1)"


def say(page: Page, text: str) -> None:
    page.evaluate("document.querySelector('input').focus()")
    page.type(text)


def test_what_one_says_the_other_reads(browser, serve) -> None:
    server = serve("chat")
    one = browser.open(server.address)
    one.wait(LAST, "guest 1joined")
    two = browser.open(server.address)
    one.wait(LAST, "guest 2joined")
    say(one, "hello")
    for page in (one, two):
        page.wait(LAST, "guest 1hello")
    assert one.evaluate("document.querySelector('input').value") == ""
    say(two, "<img src=x onerror='document.title = \"taken\"'><b>bold</b>")
    for page in (one, two):
        page.wait(LAST, "guest 2<img src=x onerror='document.title = \"taken\"'><b>bold</b>")
        assert page.evaluate("document.title") == "Chat"
        assert page.evaluate("document.querySelectorAll('img').length") == 0
    two.close()
    one.wait(LAST, "guest 2left")
    assert server.stop() == (0, "")
    one.wait(f"{LAST}.includes('the connection is closed')")
    one.close()
