"""Routes that belong to no command and no view: the modules that describe their own."""

from __future__ import annotations

from gateways.http import (
    calendar,
    charts,
    device_batch,
    disputes,
    exports,
    files,
    inventory,
    money_files,
    proofs,
    quote_links_doc,
    signing,
    templates,
    webhooks,
)

MODULES = (
    money_files,
    calendar,
    files,
    device_batch,
    signing,
    quote_links_doc,
    templates,
    inventory,
    webhooks,
    charts,
    proofs,
    disputes,
    exports,
)
