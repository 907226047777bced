"""What every name of a program means, before any code is made."""
