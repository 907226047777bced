"""From the command line to one command's module, which is imported when it is chosen."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from itertools import pairwise

from . import __version__
from .exit_codes import FAILED, OK, SUMMARY, USAGE
from .failure import Failure

COMMANDS = {
    "build": "compile a program to a static executable",
    "run": "compile a program for development and run it",
    "check": "look for errors without compiling",
    "test": "compile test files and run their tests",
    "fmt": "bring source files into the one style",
    "new": "make a new project",
    "pipeline": "run some stages of the compiler and see what they make",
    "plugins": "list plug-ins, passes, backends and Box libraries",
    "explain": "explain an error code",
    "doctor": "check the installation, show and prepare the cache",
}

_EXAMPLES = """\
examples:
  nyash build examples/http_server.nyash -o http_server.exe
  nyash run hello.nyash
  nyash explain N0102

short forms: `nyash --compile-native FILE -o OUT` and `nyash --aot FILE` are `nyash build`,
`nyash FILE` is `nyash run FILE`.
"""

_BUILD_FLAGS = ("--compile-native", "--aot")
_FLAGS_WITH_VALUE = ("--error-format",)


class _Parser(argparse.ArgumentParser):
    """Wrong usage is a diagnostic like any other."""

    def error(self, message: str) -> None:  # type: ignore[override]
        raise Failure("N0910", message, help=f"see `{self.prog} --help`")


def run(arguments: Sequence[str]) -> int:
    """Run one command; the exit code. Raises nothing but KeyboardInterrupt and BrokenPipeError."""
    from . import show

    printer = show.DiagnosticPrinter("json" if _wants_json(arguments) else "text")
    debug = "--debug" in arguments
    try:
        return _dispatch(list(arguments))
    except Failure as error:
        from .driver import diagnostic_of
        from .exit_codes import of_codes

        if debug:
            show.traceback_of(error)
        printer.show([diagnostic_of(error)])
        return of_codes([error.code])
    except SystemExit as error:  # argparse, after --help
        return error.code if isinstance(error.code, int) else USAGE
    except (KeyboardInterrupt, BrokenPipeError):
        raise
    except Exception as error:
        show.internal_error(printer, error, debug)
        return FAILED


def _dispatch(arguments: list[str]) -> int:
    leading: list[str] = []
    while arguments and arguments[0].startswith("-") and arguments[0] != "-":
        flag = arguments.pop(0)
        if flag in ("-h", "--help"):
            print(_overview(), end="")
            return OK
        if flag in ("-V", "--version"):
            print(f"nyash {__version__}")
            return OK
        name, equals, value = flag.partition("=")
        if name in _BUILD_FLAGS:
            return _run_command("build", [*leading, *([value] if equals else []), *arguments])
        leading.append(flag)
        if flag in _FLAGS_WITH_VALUE and arguments:
            leading.append(arguments.pop(0))
    if not arguments:
        if leading:
            raise Failure("N0910", "no command given", help="see `nyash --help`")
        print(_overview(), end="", file=sys.stderr)
        return USAGE
    name, rest = arguments[0], arguments[1:]
    if any(flag in rest for flag in _BUILD_FLAGS) and name not in COMMANDS:
        rest = [word for word in arguments if word not in _BUILD_FLAGS]
        return _run_command("build", [*leading, *rest])
    if name in COMMANDS:
        return _run_command(name, [*leading, *rest])
    if name.endswith((".nyash", ".nyir")) or os.sep in name:
        return _run_command("run", [*leading, *arguments])
    return _run_foreign(name, leading, rest)


def _run_command(name: str, arguments: list[str]) -> int:
    module = import_module(f".commands.{name}", __package__)
    parser = _Parser(
        prog=f"nyash {name}",
        description=module.__doc__,
        epilog=f"{module.EXAMPLES}\n{SUMMARY}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "--error-format", choices=("text", "json"), default="text", help="form of diagnostics"
    )
    parser.add_argument(
        "--no-plugins", action="store_true", help="load no plug-ins but nyash's own"
    )
    parser.add_argument(
        "--debug", action="store_true", help="show the Python traceback behind an error"
    )
    module.configure(parser)
    return module.run(parser.parse_args(arguments))


def _run_foreign(name: str, leading: list[str], arguments: list[str]) -> int:
    """A plug-in's subcommand."""
    from nyash_parse.diagnostics.nearest import nearest

    from .driver import Options, Session, plugin_choice

    options = Options(
        foreign_plugins="--no-plugins" not in leading, only_plugins=plugin_choice(os.environ)
    )
    from nyash_ir.hooks.registry import PluginError

    try:
        found = Session(options).registry.commands(COMMANDS)
    except PluginError as error:
        raise Failure(error.code, error.message) from error
    for entry in found:
        if entry.record.name == name:
            return entry.record.run(arguments)
    names = [*COMMANDS, *(entry.record.name for entry in found)]
    close = nearest(name, names)
    hint = f"did you mean `nyash {close[0]}`?" if close else f"commands: {', '.join(names)}"
    raise Failure("N0910", f"there is no command `{name}`", help=hint)


def _overview() -> str:
    lines = [f"nyash {__version__}: compiles Nyash programs to static native executables", ""]
    lines += ["usage: nyash COMMAND [options] …    (nyash COMMAND --help tells more)", ""]
    width = max(map(len, COMMANDS))
    lines += [f"  {name:{width}}  {text}" for name, text in COMMANDS.items()]
    lines += ["", _EXAMPLES, SUMMARY, ""]
    return "\n".join(lines)


def _wants_json(arguments: Sequence[str]) -> bool:
    """Whether errors in the command line itself are to be shown as JSON."""
    words = list(arguments)
    return "--error-format=json" in words or any(
        a == "--error-format" and b == "json" for a, b in pairwise(words)
    )
