"""The two failures that people are told about; anything else is a bug."""


class UserError(Exception):
    """The request cannot work. The text says what is wrong and how to mend it; shown as is."""


class ServiceError(Exception):
    """Something we lean on failed. The text is ours; the cause's words go to the log only."""
