"""The steps of an update on paper: a page each, or as panels beside each other."""
