"""Chromium without a window, driven over the Chrome DevTools Protocol.

`--remote-debugging-pipe` lets the browser read commands from descriptor 3 and write answers to descriptor
4, as JSON messages each of which a zero byte ends (https://chromedevtools.github.io/devtools-protocol/).
Every wait has an end.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import queue
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 20.0
"""Seconds for an answer of the browser, or for what a page is to show."""
_SWITCHES = (
    "--headless=new",
    "--no-sandbox",  # tests run as root, too
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-background-networking",
    "--no-first-run",
    "--remote-debugging-pipe",
)
_START = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.dup2(int(sys.argv[2]), 4)
os.execv(sys.argv[3], sys.argv[3:])
"""


class BrowserError(Exception):
    """The browser did not answer, or answered with an error."""


def installed() -> str | None:
    """The path of a browser that is installed."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Browser:
    """One browser with a profile of its own in `folder`."""

    def __init__(self, program: str, folder: Path) -> None:
        commands, self._commands = os.pipe()
        self._answers, answers = os.pipe()
        ends = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (commands, answers)]
        os.close(commands)
        os.close(answers)
        command = [program, *_SWITCHES, f"--user-data-dir={folder}"]
        self._process = subprocess.Popen(
            [sys.executable, "-c", _START, *map(str, ends), *command],
            pass_fds=ends,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for end in ends:
            os.close(end)
        self._waiting: dict[int, queue.Queue[dict[str, Any]]] = {}
        self._last = 0
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(BrowserError, OSError):
            self.call("Browser.close")
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(PATIENCE)
        os.close(self._commands)
        os.close(self._answers)

    def open(self, url: str) -> Page:
        """A tab that shows `url`."""
        target = self.call("Target.createTarget", url=url)["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        return Page(self, target, session)

    def call(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        """The result of a command. Raises `BrowserError`."""
        self._last += 1
        answers: queue.Queue[dict[str, Any]] = queue.Queue()
        self._waiting[self._last] = answers
        message = {"id": self._last, "method": method, "params": parameters}
        if session is not None:
            message["sessionId"] = session
        try:
            unsent = json.dumps(message).encode() + b"\0"
            while unsent:
                unsent = unsent[os.write(self._commands, unsent) :]
        except BrokenPipeError:
            raise BrowserError(f"the browser is gone before {method}") from None
        try:
            answer = answers.get(timeout=PATIENCE)
        except queue.Empty:
            raise BrowserError(f"no answer to {method}") from None
        if "error" in answer:
            raise BrowserError(f"{method}: {answer['error'].get('message')}")
        return answer.get("result", {})

    def _read(self) -> None:
        unread = b""
        while piece := os.read(self._answers, 65536):
            *messages, unread = (unread + piece).split(b"\0")
            for message in map(json.loads, messages):
                waiting = self._waiting.pop(message.get("id", 0), None)
                if waiting is not None:
                    waiting.put(message)


class Page:
    """One tab."""

    def __init__(self, browser: Browser, target: str, session: str) -> None:
        self._browser = browser
        self._target = target
        self._session = session

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression, awaited if it is a promise."""
        answer = self._browser.call(
            "Runtime.evaluate",
            self._session,
            expression=expression,
            awaitPromise=True,
            returnByValue=True,
        )
        if "exceptionDetails" in answer:
            raise BrowserError(f"{expression}: {answer['exceptionDetails'].get('text')}")
        return answer["result"].get("value")

    def wait(self, expression: str, wanted: Any = True) -> None:
        """Until the expression has that value; while a page is being loaded it may throw."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                value = self.evaluate(expression)
            except BrowserError as error:
                value = error
            if value == wanted:
                return
            if time.monotonic() > end:
                raise BrowserError(f"{expression} is {value!r}, not {wanted!r}")
            time.sleep(0.02)

    def type(self, text: str) -> None:
        """Text at the cursor, then Enter."""
        self._browser.call("Input.insertText", self._session, text=text)
        for kind in ("keyDown", "keyUp"):
            self._browser.call(
                "Input.dispatchKeyEvent",
                self._session,
                type=kind,
                key="Enter",
                code="Enter",
                text="\r" if kind == "keyDown" else "",
                windowsVirtualKeyCode=13,
            )

    def click(self, selector: str) -> None:
        """The left button on the middle of an element."""
        x, y = self.evaluate(
            f"(() => {{ const box = document.querySelector({json.dumps(selector)})"
            ".getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2] })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self._browser.call(
                "Input.dispatchMouseEvent",
                self._session,
                type=kind,
                x=x,
                y=y,
                button="left",
                clickCount=1,
            )

    def close(self) -> None:
        self._browser.call("Target.closeTarget", targetId=self._target)
