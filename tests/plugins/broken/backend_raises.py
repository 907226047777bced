"""A backend that fails, and one that answers with the wrong kind of thing."""

from nyash_ir.hooks import Backend, hookimpl

NYASH_HOOKS = 1


class _Fails:
    def emit(self, module, kind, output, options):
        raise KeyError("ink")


class _Mumbles:
    def emit(self, module, kind, output, options):
        return "not bytes"


@hookimpl
def nyash_backends():
    return [Backend("failing", ("text",), _Fails), Backend("mumbling", ("text",), _Mumbles)]
