"""Facts about functions that passes and the verifier compute when they need them.

Nothing is cached on the IR: an analysis is an object made from a function and valid until that
function changes.
"""
