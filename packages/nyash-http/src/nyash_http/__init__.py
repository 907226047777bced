"""HTTP Boxes of Nyash."""
