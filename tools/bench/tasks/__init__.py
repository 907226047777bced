"""Tasks beside Go and Crystal."""
