"""What a learner hands in for a lesson with tasks, and what it is worth: all of it computed anew."""
