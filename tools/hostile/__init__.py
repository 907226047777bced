"""A server between hostile clients: it stays the same process with the same descriptors, its memory
comes back, and others are served all along."""
