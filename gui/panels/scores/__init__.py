"""How well each class and each sample is answered, and how far probabilities can be believed."""
