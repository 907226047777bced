"""C compiler, linker and sysroot of Nyash programs, from the `ziglang` wheel; built once, cached."""
