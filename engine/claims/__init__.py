"""Claims about a network, as lessons and tasks write them: `dead(l2) == 3`, `test.accuracy > 0.97`."""
