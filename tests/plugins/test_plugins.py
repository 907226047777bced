"""A third party's distribution, installed into an environment of its own and used from there; and
plug-ins that are broken in every way we know, each of which must be named in the error."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ACME = HERE / "acme-nyash"
SECONDS = 120

HELLO = 'print("hello")\n'
Nyash = Callable[..., subprocess.CompletedProcess]


def _module_folders() -> list[str]:
    """Where this run of the tests finds nyash and its packages."""
    names = ("nyash", "nyash_parse", "nyash_ir", "nyash_llvm", "nyash_rt", "nyash_http")
    return [str(Path(__import__(name).__file__).parent.parent) for name in names]


def _call(python: Path | str, arguments: Sequence[str], folder: Path, path: Sequence[str] = ()):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("NYASH_PLUGINS")}
    environment["PYTHONPATH"] = os.pathsep.join([*path, *_module_folders()])
    return subprocess.run(
        [str(python), "-m", "nyash", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


@pytest.fixture(scope="module")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Nyash:
    """The command `nyash` in an environment that has acme-nyash, installed by pip."""
    folder = tmp_path_factory.mktemp("acme")
    subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", str(folder / "env")],
        check=True,
        timeout=SECONDS,
    )
    python = folder / "env" / "bin" / "python"
    # The third-party packages of the environment that runs the tests, and its editable installs.
    site = Path(sysconfig.get_path("purelib", vars={"base": str(folder / "env")}))
    shared = [entry for entry in sys.path if entry.endswith("site-packages")]
    (site / "shared.pth").write_text(
        "".join(f"import site; site.addsitedir({entry!r})\n" for entry in shared)
    )
    offline = ["--quiet", "--no-index", "--no-deps", "--no-build-isolation"]
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", str(python), "install", *offline, str(ACME)],
        check=True,
        timeout=SECONDS,
        env={**os.environ, "PYTHONPATH": ""},
    )
    assert list(site.glob("acme_nyash-2.1.0.dist-info"))

    def nyash(*arguments: str, source: str = HELLO) -> subprocess.CompletedProcess:
        (folder / "program.nyash").write_text(source, encoding="utf-8")
        return _call(python, arguments, folder)

    return nyash


@pytest.mark.slow
def test_it_is_listed(acme: Nyash) -> None:
    result = acme("plugins", "--json")
    assert result.returncode == 0, result.stderr
    listed = json.loads(result.stdout)
    mine = next(row for row in listed["plug-ins"] if row["name"] == "acme")
    assert mine["distribution"] == "acme-nyash 2.1.0"
    for section, name in {
        "passes": "acme-doubling",
        "backends": "dot",
        "Box libraries": "acme-samples",
        "commands": "acme-hello",
    }.items():
        assert {"name": name, "plug-in": "acme"}.items() <= next(
            row for row in listed[section] if row["name"] == name
        ).items()
    order = [row["name"] for row in listed["passes"]]
    assert order.index("specialise") < order.index("acme-doubling") < order.index("ownership")
    assert [row["name"] for row in listed["plug-ins"]][-1] == "acme", "ours come first"


@pytest.mark.slow
def test_without_foreign_plugins_it_is_not_there(acme: Nyash) -> None:
    result = acme("plugins", "--json", "--no-plugins")
    assert result.returncode == 0, result.stderr
    assert "acme" not in result.stdout


@pytest.mark.slow
def test_its_command(acme: Nyash) -> None:
    result = acme("acme-hello", "you")
    assert (result.returncode, result.stdout) == (0, "acme says hello to you\n")


BRANCHES = """\
function sign(x) {
    if x < 0 { return -1 }
    return 1
}
print(sign(-5))
"""


@pytest.mark.slow
def test_its_backend_draws(acme: Nyash) -> None:
    result = acme("pipeline", "program.nyash", "--backend", "dot", "--emit", "dot", source=BRANCHES)
    assert result.returncode == 0, result.stderr
    graph = result.stdout
    assert graph.startswith('digraph "')
    assert 'label="sign/1"' in graph
    assert re.search(r"f\d+b0 -> f\d+b\d+\n", graph)
    assert graph.count("{") == graph.count("}")


@pytest.mark.slow
def test_its_other_kind_of_output(acme: Nyash) -> None:
    result = acme(
        "pipeline", "program.nyash", "--backend", "dot", "--emit", "outline", source=BRANCHES
    )
    assert result.returncode == 0, result.stderr
    assert re.search(r"^sign/1: \d+ blocks, \d+ instructions", result.stdout, re.M)
    assert re.search(r"calls .*sign/1", result.stdout)


@pytest.mark.slow
def test_its_backend_does_not_make_executables(acme: Nyash) -> None:
    result = acme("build", "program.nyash", "--backend", "dot")
    assert result.returncode == 2
    assert "N0914" in result.stderr and "`dot`" in result.stderr


DOUBLING = """\
function twice(n) { return n * 2 }
local sum = 0
local i = 0
loop(i < 10) {
    sum = sum + twice(i)
    i = i + 1
}
print(sum)
"""


def _raw_integers(text: str, operator: str) -> int:
    return len(re.findall(rf"int\.binary {operator}\b", text))


@pytest.mark.slow
def test_its_pass_changes_the_program_and_not_its_meaning(acme: Nyash) -> None:
    command = ("pipeline", "program.nyash", "--emit", "ir", "--text")
    mine = acme(*command, source=DOUBLING)
    without = acme(*command, "--no-plugins", source=DOUBLING)
    assert mine.returncode == without.returncode == 0, mine.stderr + without.stderr
    assert _raw_integers(without.stdout, "mul") == 1
    assert _raw_integers(mine.stdout, "mul") == 0
    assert _raw_integers(mine.stdout, "add") == _raw_integers(without.stdout, "add") + 1
    result = acme("run", "program.nyash", source=DOUBLING)
    assert (result.returncode, result.stdout) == (0, "90\n"), result.stderr


SAMPLES = """\
local samples = new SamplesBox()
try {
    samples.mean()
} catch (AcmeError e) {
    print(e.message)
}
samples.addAll([4, 1, 2.5])
print(samples.size(), samples.mean(), samples.median())
try {
    samples.add("many")
} catch (TypeError e) {
    print("numbers only")
}
"""


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["--dev", "--release"])
def test_its_box_with_native_code(acme: Nyash, mode: str) -> None:
    flags = () if mode == "--dev" else ("--release",)
    result = acme("run", *flags, "program.nyash", source=SAMPLES)
    assert result.returncode == 0, result.stderr
    assert result.stdout == "there is no mean of nothing\n3 2.5 2.5\nnumbers only\n"


TABLE = """\
using table
local t = new TableBox()
t.row(["name", "n"]).row(["a long name", 12])
print(t)
"""


@pytest.mark.slow
def test_its_box_written_in_nyash(acme: Nyash) -> None:
    result = acme("run", "program.nyash", source=TABLE)
    assert result.returncode == 0, result.stderr
    assert result.stdout == "name        | n \na long name | 12\n"


@pytest.mark.slow
def test_its_library_needs_using(acme: Nyash) -> None:
    result = acme("check", "program.nyash", source=TABLE.replace("using table\n", ""))
    assert result.returncode == 1
    assert "N0201" in result.stderr and "TableBox" in result.stderr


@pytest.fixture
def broken(tmp_path: Path) -> Nyash:
    """The command `nyash` with one of the modules in `broken/` registered as a plug-in."""

    def nyash(module: str, *arguments: str) -> subprocess.CompletedProcess:
        metadata = tmp_path / f"broken_{module}-1.0.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: broken-{module}\nVersion: 1.0\n"
        )
        (metadata / "entry_points.txt").write_text(f"[nyash]\n{module} = {module}\n")
        (tmp_path / "program.nyash").write_text(HELLO)
        return _call(sys.executable, arguments, tmp_path, [str(tmp_path), str(HERE / "broken")])

    return nyash


EMIT = ("pipeline", "program.nyash", "--emit", "text", "--backend")


@pytest.mark.parametrize(
    ("module", "arguments", "code", "words"),
    [
        ("raises_on_import", ("plugins",), "N0801", "licence server"),
        ("newer_hooks", ("plugins",), "N0802", "999"),
        ("no_version", ("plugins",), "N0802", "NYASH_HOOKS"),
        ("misspelt_hook", ("plugins",), "N0803", "nyash_passses"),
        ("wrong_argument", ("plugins",), "N0803", "machine"),
        ("raises_in_hook", ("plugins",), "N0804", "no pencil"),
        ("answers_nonsense", ("plugins",), "N0805", "expected Backend, got str"),
        ("takes_our_name", ("plugins",), "N0806", "'llvm'"),
        ("pass_raises", ("pipeline", "program.nyash", "--emit", "ir"), "N0601", "clumsy"),
        ("pass_answers_nonsense", ("pipeline", "program.nyash", "--emit", "ir"), "N0602", "mute"),
        ("pass_breaks_ir", ("pipeline", "program.nyash", "--emit", "ir"), "N0603", "careless"),
        ("backend_raises", (*EMIT, "failing"), "N0703", "KeyError"),
        ("backend_raises", (*EMIT, "mumbling"), "N0703", "expected bytes"),
        ("wrong_declarations", ("check", "program.nyash"), "N0808", "garbled"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_broken_plugin_is_named(
    broken: Nyash, module: str, arguments: tuple[str, ...], code: str, words: str
) -> None:
    result = broken(module, *arguments)
    assert result.returncode == 3, result.stderr + result.stdout
    assert f"error[{code}]" in result.stderr
    assert words in result.stderr
    assert module in result.stderr or code == "N0808"
    assert "Traceback" not in result.stderr


def test_a_broken_plugin_can_be_left_out(broken: Nyash) -> None:
    result = broken("raises_on_import", "plugins", "--no-plugins")
    assert result.returncode == 0, result.stderr


def test_a_broken_plugin_does_not_disturb_the_version(broken: Nyash) -> None:
    result = broken("raises_on_import", "--version")
    assert result.returncode == 0
    assert result.stderr == ""


def test_debug_shows_the_plugins_own_traceback(broken: Nyash) -> None:
    result = broken("pass_raises", "pipeline", "program.nyash", "--emit", "ir", "--debug")
    assert result.returncode == 3
    assert "pass_raises.py" in result.stderr and "divided by zero" in result.stderr
