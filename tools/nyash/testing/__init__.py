"""`nyash test`: finding tests, their entry function, running each by itself, and the reports."""
