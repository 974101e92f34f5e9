"""What can go wrong with messages."""

from panjereh.kernel.errors import Invalid


class NothingSaid(Invalid):
    """The message is empty, or too long to be one."""

    code = "nothing_said"
