"""The window around stage and panels: its actions, menus and keys, the session as a file, start and end."""

from twostroke.gui.shell import sources

sources.leave_unread()  # where Qt came first
