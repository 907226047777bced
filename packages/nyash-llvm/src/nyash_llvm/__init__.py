"""The native backend of Nyash, by LLVM."""
