"""Finding plug-ins, and refusing what does not fit by the name of the plug-in."""

from __future__ import annotations

import sys
import types

import pytest
from nyash_ir.hooks import Backend, Command, Pass, StageEvent, Target, hookimpl
from nyash_ir.hooks.registry import EntryPoint, PluginError, Registry, scan

TARGET = Target()


@pytest.fixture
def plugin(monkeypatch):
    """Makes a module out of functions and gives its entry point."""

    def make(name, distribution="acme", version=1, **functions):
        module = types.ModuleType(f"acme_{name}")
        if version is not None:
            module.NYASH_HOOKS = version
        for key, function in functions.items():
            setattr(module, key, hookimpl(function))
        monkeypatch.setitem(sys.modules, module.__name__, module)
        return EntryPoint(name, module.__name__, distribution, "1.0")

    return make


def fails(code, *entries, ask=lambda registry: registry.passes(TARGET)):
    with pytest.raises(PluginError) as caught:
        ask(Registry(entries))
    assert caught.value.code == code
    return caught.value.message


def test_our_plugins_come_first_and_register_like_any(plugin):
    entries = [e for e in scan() if e.name == "ir"]
    registry = Registry([*entries, plugin("dot", nyash_passes=lambda target: [_pass("dot")])])
    found = registry.passes(TARGET)
    assert found[0].plugin == "ir"
    assert (found[-1].record.name, found[-1].plugin) == ("dot", "dot")
    assert registry.plugins[0].ours and not registry.plugins[-1].ours
    assert registry.plugins[-1].hooks == ("nyash_passes",)


def _pass(name):
    return Pass(name, lambda module, options: False)


def test_other_hooks_version_is_refused_by_name(plugin):
    assert "plug-in old (acme_old) is for hooks version 2" in fails(
        "N0802", plugin("old", version=2)
    )
    assert "states no NYASH_HOOKS" in fails("N0802", plugin("none", version=None))


def test_import_error_names_the_plugin():
    message = fails("N0801", EntryPoint("gone", "acme_that_is_not_there", "acme-gone", "2.0"))
    assert "plug-in gone (acme_that_is_not_there of acme-gone 2.0)" in message


def test_misspelt_hook_and_argument(plugin):
    assert "nyash_pases" in fails("N0803", plugin("typo", nyash_pases=lambda target: []))
    assert "typo2" in fails("N0803", plugin("typo2", nyash_passes=lambda targt: []))


def test_exception_is_the_plugins(plugin):
    def nyash_passes(target):
        raise RuntimeError("out of ideas")

    message = fails("N0804", plugin("sad", nyash_passes=nyash_passes))
    assert message == "plug-in sad failed in hook nyash_passes: RuntimeError: out of ideas"


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("dot", "expected a sequence of Pass, got str"),
        (["dot"], "expected Pass, got str"),
        ([Pass("", len)], "expected Pass with a name, got Pass"),
    ],
)
def test_nonsense(plugin, answer, message):
    found = fails("N0805", plugin("dot", nyash_passes=lambda target: answer))
    assert found == f"plug-in dot, hook nyash_passes: {message}"


def test_duplicates_name_both_parties(plugin):
    one = plugin("one", nyash_passes=lambda target: [_pass("p")])
    two = plugin("two", nyash_passes=lambda target: [_pass("p")])
    assert fails("N0806", one, two) == "the pass 'p' comes from two plug-ins: one and two"
    backend = Backend("dot", ("dot",), lambda: None)
    entries = [plugin(n, nyash_backends=lambda: [backend]) for n in ("one", "two")]
    assert "one and two" in fails("N0806", *entries, ask=lambda r: r.backends())


def test_commands_may_not_replace_ours(plugin):
    entry = plugin("bad", nyash_commands=lambda: [Command("build", "", lambda args: 0)])
    message = fails("N0806", entry, ask=lambda r: r.commands(("build",)))
    assert message == "plug-in bad may not replace the command `nyash build`"


def test_two_plugins_of_one_name(plugin):
    entry = plugin("dot")
    again = EntryPoint("dot", "acme_other", "acme-other", "3")
    assert "acme_dot of acme and acme_other of acme-other" in fails("N0806", entry, again)


def test_foreign_toolchain_wins(plugin):
    class Chain:
        name = "acme"

        def bitcode(self): ...

        compile_bitcode = link = objects = bitcode

    registry = Registry(
        [
            plugin("none", nyash_toolchain=lambda target: None),
            plugin("acme", nyash_toolchain=lambda target: Chain()),
        ]
    )
    found = registry.toolchain(TARGET)
    assert found is not None and found.plugin == "acme"
    assert Registry([]).toolchain(TARGET) is None


def test_events_and_trace(plugin):
    seen = []
    lines = []

    def nyash_stage_finished(stage, artifact, seconds):
        seen.append((stage, artifact(), seconds))

    registry = Registry(
        [
            plugin("ears", nyash_stage_started=lambda event: seen.append(event.stage),
                   nyash_stage_finished=nyash_stage_finished),
        ],
        lines.append,
    )  # fmt: skip
    registry.started(StageEvent("lower", "a"))
    registry.finished("lower", lambda: 7, 0.5)
    assert seen == ["lower", ("lower", 7, 0.5)]
    assert lines[0].startswith("nyash_stage_started(event=StageEvent(stage='lower'")
    assert lines[0].endswith("asks ears")


def test_scan_reads_distributions_and_sorts(tmp_path):
    for name, entry in (("zeta", "a = z.plugin"), ("acme", "dot = acme.dot\nbox = acme.box")):
        folder = tmp_path / f"{name}-1.0.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (folder / "entry_points.txt").write_text(f"[other]\nq = q\n[nyash]\n{entry}\n")
    (tmp_path / "noise-1.dist-info").mkdir()
    found = [e for e in scan([str(tmp_path), str(tmp_path)]) if not e.ours]
    assert [(e.distribution, e.name, e.module, e.version) for e in found] == [
        ("acme", "box", "acme.box", "1.0"),
        ("acme", "dot", "acme.dot", "1.0"),
        ("zeta", "a", "z.plugin", "1.0"),
    ]


def test_only_and_no_plugins():
    assert all(p.ours for p in Registry.load(foreign=False).plugins)
    with pytest.raises(PluginError) as caught:
        Registry.load(only=["acme-unheard-of"])
    assert caught.value.code == "N0807" and "ir" in caught.value.message
