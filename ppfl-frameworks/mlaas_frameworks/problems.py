"""How a program says what is wrong."""


class BadInput(Exception):
    """The plan, the network or the data cannot be used; the message is for the plan's author."""
