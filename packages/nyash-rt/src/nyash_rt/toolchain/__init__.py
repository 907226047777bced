"""C compiler, linker and sysroot from the `ziglang` wheel; what is built is kept in a cache."""
