"""Worked solutions and exercise sheets as files."""
