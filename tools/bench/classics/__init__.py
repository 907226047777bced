"""Classic small programs beside Go and Crystal."""
