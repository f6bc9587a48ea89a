"""Where one number came from: its rule, its numbers, and the way on to each of them."""
