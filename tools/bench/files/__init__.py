"""Files beside Go."""
