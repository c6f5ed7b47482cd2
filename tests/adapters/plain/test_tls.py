"""Encrypted links: the address is the one that was checked, the certificate that of the name."""

import datetime as dt
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from adapters.plain import Guard, PlainFetcher
from core.errors import ServiceError
from tests import media
from tests.adapters.plain.town import OUTSIDE, QUICK, Names
from tests.doubles.web import Web, file


def _make_certificate(folder: Path, name: str) -> Path:
    """A certificate for that name that vouches for itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
    return path


@contextmanager
def _serving(certificate: Path) -> Iterator[Web]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with Web(host=OUTSIDE, tls=context) as web:
        web.routes["/song.mp3"] = file(media.make("mp3"))
        yield web


def _fetcher(web: Web, trusted: Path | None) -> PlainFetcher:
    tls = ssl.create_default_context(cafile=trusted) if trusted is not None else None
    guard = Guard(
        lookup=Names({"music.example": [[OUTSIDE]]}),
        allows=lambda address: address == OUTSIDE,
        ports={web.port},
        tls=tls,
    )
    return PlainFetcher(QUICK, guard=guard)


async def test_the_certificate_is_that_of_the_name_and_not_of_the_address(tmp_path: Path) -> None:
    certificate = _make_certificate(tmp_path, "music.example")

    with _serving(certificate) as web:
        found = await _fetcher(web, certificate).look(f"https://music.example:{web.port}/song.mp3")

    assert found.title == "song"


@pytest.mark.parametrize("trusts", [True, False])
async def test_a_certificate_of_somebody_else_is_refused(trusts: bool, tmp_path: Path) -> None:
    name = "evil.example" if trusts else "music.example"
    certificate = _make_certificate(tmp_path, name)

    with _serving(certificate) as web:
        here = _fetcher(web, certificate if trusts else None)
        with pytest.raises(ServiceError, match="certificate"):
            await here.look(f"https://music.example:{web.port}/song.mp3")

        assert web.asked == []
