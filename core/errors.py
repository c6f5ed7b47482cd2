"""The two failures that people are told about; anything else is a bug. And groups of them."""


class UserError(Exception):
    """The request cannot work. The text says what is wrong and how to mend it; shown as is."""


class ServiceError(Exception):
    """Something we lean on failed. The text is ours; the cause's words go to the log only."""


def list_failures(error: Exception) -> list[Exception]:
    """The failures in a group, and in groups inside of it, in order; else the error itself."""
    if not isinstance(error, ExceptionGroup):
        return [error]
    return [each for inner in error.exceptions for each in list_failures(inner)]
