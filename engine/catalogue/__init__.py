"""What there is to choose from, with its mathematics: activations, losses, optimizers, initialisations."""
