"""The plain values that the sidecar is set up with."""

from dataclasses import dataclass

MEBIBYTE = 1 << 20
GIBIBYTE = 1 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """`hosts` are names that the page may be asked under besides the loopback ones, without a port.
    Everything `_bytes` is in bytes and `_seconds` in seconds.
    """

    hosts: tuple[str, ...] = ()
    public_url: str = "http://127.0.0.1:8321"
    upload_bytes: int = 2 * GIBIBYTE
    person_bytes: int = 20 * GIBIBYTE
    spare_bytes: int = GIBIBYTE // 2
    link_seconds: int = 24 * 3600
    photo_bytes: int = 10 * MEBIBYTE
    photos_per_minute: int = 30
    unsent_seconds: float = 24 * 3600
    sent_seconds: float = 7 * 24 * 3600
    poll_seconds: float = 0.25

    @property
    def secure(self) -> bool:
        """Whether cookies may go over an encrypted connection only."""
        return self.public_url.startswith("https:")
