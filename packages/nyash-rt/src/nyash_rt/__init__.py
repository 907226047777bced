"""The native runtime of Nyash, its core Boxes, and the toolchain that builds them."""
