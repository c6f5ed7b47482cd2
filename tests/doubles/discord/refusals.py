"""What Discord says when it refuses: status, code and words."""

from typing import Any

Payload = dict[str, Any]


class RefusalError(Exception):
    """Becomes an answer of the HTTP API."""

    def __init__(self, status: int, code: int, message: str, errors: Payload | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors

    def payload(self) -> Payload:
        body: Payload = {"message": self.message, "code": self.code}
        return body | {"errors": self.errors} if self.errors else body


def unauthorized() -> RefusalError:
    return RefusalError(401, 0, "401: Unauthorized")


def unknown_channel() -> RefusalError:
    return RefusalError(404, 10003, "Unknown Channel")


def unknown_message() -> RefusalError:
    return RefusalError(404, 10008, "Unknown Message")


def unknown_user() -> RefusalError:
    return RefusalError(404, 10013, "Unknown User")


def unknown_webhook() -> RefusalError:
    return RefusalError(404, 10015, "Unknown Webhook")


def unknown_interaction() -> RefusalError:
    return RefusalError(404, 10062, "Unknown interaction")


def too_large() -> RefusalError:
    return RefusalError(413, 40005, "Request entity too large")


def already_acknowledged() -> RefusalError:
    return RefusalError(400, 40060, "Interaction has already been acknowledged.")


def too_many_followups() -> RefusalError:
    return RefusalError(
        400, 40094, "This interaction has reached the maximum number of follow up messages"
    )


def missing_access() -> RefusalError:
    return RefusalError(403, 50001, "Missing Access")


def another_author() -> RefusalError:
    return RefusalError(403, 50005, "Cannot edit a message authored by another user")


def empty_message() -> RefusalError:
    return RefusalError(400, 50006, "Cannot send an empty message")


def cannot_send() -> RefusalError:
    return RefusalError(403, 50007, "Cannot send messages to this user")


def missing_permissions() -> RefusalError:
    return RefusalError(403, 50013, "Missing Permissions")


def invalid_token() -> RefusalError:
    return RefusalError(401, 50027, "Invalid Webhook Token")


def no_mutual_guilds() -> RefusalError:
    return RefusalError(
        403, 50278, "Cannot send messages to this user due to having no mutual guilds"
    )


class Form:
    """Gathers what is wrong with a request body, field by field."""

    def __init__(self) -> None:
        self._errors: Payload = {}

    def wrong(self, path: str, code: str, message: str) -> None:
        """Note an error at a dotted path, such as `components.0.custom_id`."""
        at = self._errors
        for step in path.split("."):
            at = at.setdefault(step, {})
        at.setdefault("_errors", []).append({"code": code, "message": message})

    def length(self, path: str, text: object, most: int, *, least: int = 0) -> None:
        """A text of `least` to `most` characters; nothing at all counts as none."""
        if text is not None and not isinstance(text, str):
            self.wrong(path, "BASE_TYPE_BAD_TYPE", "Must be a string.")
            return
        size = len(text or "")
        if size < least:
            self.wrong(
                path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length."
            )
        elif size > most:
            self.wrong(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")

    def count(self, path: str, things: object, most: int, *, least: int = 0) -> None:
        if things is not None and not isinstance(things, list):
            self.wrong(path, "BASE_TYPE_BAD_TYPE", "Must be a list.")
        elif not least <= len(things or []) <= most:
            self.wrong(
                path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length."
            )

    def finish(self) -> None:
        """Raises `RefusalError` when anything was wrong."""
        if self._errors:
            raise RefusalError(400, 50035, "Invalid Form Body", self._errors)
