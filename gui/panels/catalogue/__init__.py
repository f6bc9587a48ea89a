"""The catalogue of activation functions, to be read, and to be dragged from."""
