"""Colours, type and icons of the window and of the picture."""
