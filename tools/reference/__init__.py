"""Reference pages that are made from what the compiler reads."""
