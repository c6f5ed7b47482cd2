"""The LAME header: the first frame of an MP3, which tells players its length and its seams.

Layout from the LAME tag specification, revision 1: after the side information comes `Xing`, then
counts and a table of 116 bytes, then the encoder's name of 9 bytes; a CRC-16 covers the first
190 bytes of a stereo frame.
"""

_XING_AT = 36
_NAME_AT = 156
_CRC_AT = 190
HEADER_BYTES = _CRC_AT + 2
_NAME = b"LAME3.100"
_WRAPPERS = (b"Lavc", b"Lavf")


def sign_header(header: bytes) -> bytes:
    """The header with LAME's own name, where ffmpeg has put in its own.

    The sound was encoded by LAME, and players look for its name before they trust the delays.
    Anything that is no such header comes back as it is.
    """
    if header[_XING_AT : _XING_AT + 4] not in (b"Xing", b"Info"):
        return header
    if header[_NAME_AT : _NAME_AT + 4] not in _WRAPPERS:
        return header
    named = header[:_NAME_AT] + _NAME + header[_NAME_AT + len(_NAME) : _CRC_AT]
    return named + crc16(named).to_bytes(2, "big") + header[HEADER_BYTES:]


def crc16(content: bytes) -> int:
    """CRC-16/ARC, as the LAME tag wants it."""
    crc = 0
    for byte in content:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0xA001 if crc & 1 else crc >> 1
    return crc
