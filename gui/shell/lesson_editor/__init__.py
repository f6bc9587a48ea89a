"""The editor of lessons, a window beside the main one."""
