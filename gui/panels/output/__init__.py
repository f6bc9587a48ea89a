"""What the network answers, and how good that is."""
