"""What compiling costs, by the size of the project."""
