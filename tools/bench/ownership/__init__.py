"""How many counts the ownership passes save over naive insertion."""
