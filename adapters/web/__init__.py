"""The sidecar: the local chat in the browser, web pages behind links, health and metrics."""

from adapters.web.app import Ports, create_app
from adapters.web.enclosures import Enclosures
from adapters.web.health import Check
from adapters.web.hooks import Hook
from adapters.web.links import SignedLinks
from adapters.web.platform import WebChat
from adapters.web.terms import Terms

__all__ = ["Check", "Enclosures", "Hook", "Ports", "SignedLinks", "Terms", "WebChat", "create_app"]
