"""Where the film and the run stand."""
