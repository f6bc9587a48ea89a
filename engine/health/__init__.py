"""How a network is doing: its examination, the course of the figures, what is wrong, and what usually helps."""
