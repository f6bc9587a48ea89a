"""One panel a file; each shows a ViewState and sends commands."""
