"""A long mixed load on a server of the library, with its resources charted and judged."""
