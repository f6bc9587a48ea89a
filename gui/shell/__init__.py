"""The window around stage and panels: its actions, menus and keys, the session as a file, start and end."""
