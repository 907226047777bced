"""The servers to compare with: sources to build, and a configuration to write."""
