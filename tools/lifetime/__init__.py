"""Random programs about lifetimes, and a model that says what they must print."""
