"""Sections of the page Orders: the drop zone and its cards, what the history holds, what was set aside, coverage."""
