"""The text form of the IR, `.nyir`: for people, for tests, and for `--dump-dir`."""
