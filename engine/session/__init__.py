"""The session: everything that is needed to repeat a run, and sentences for what is wrong with it."""
