"""The sidecar: the local chat in the browser, signed downloads, health and metrics."""

from adapters.web.app import create_app
from adapters.web.health import Check
from adapters.web.links import SignedLinks
from adapters.web.platform import WebChat
from adapters.web.terms import Terms

__all__ = ["Check", "SignedLinks", "Terms", "WebChat", "create_app"]
