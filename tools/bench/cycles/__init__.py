"""The collector of cycles beside CPython's."""
