"""A session in training: the trainer, its history, and the thread in which it runs."""
