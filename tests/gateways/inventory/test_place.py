"""Nowhere but where the installation lists: which addresses a link may lead to, and where its secret goes."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from gateways.inventory.place import InventorySecret, Place, place_of
from gateways.inventory.port import InventoryAway, InventoryNotAllowed
from gateways.settings import Settings

SECRETS = {
    "acme/erp": InventorySecret(origin="https://erp.example.it", token=SecretStr("s3cret")),
    "acme/near": InventorySecret(origin="http://erp.local:9090", token=SecretStr("s3cret")),
}


def asked(
    address: str, name: str = "erp", *, ip: str = "93.184.216.34", slug: str = "acme", http: bool = False
) -> Place:
    return place_of(address, slug, name, SECRETS, local_http=http, resolve=lambda *_: [ip])


@pytest.mark.parametrize("address", ["https://erp.example.it", "https://ERP.example.it:443/inventory/"])
def test_a_listed_place_may_be_asked(address: str) -> None:
    found = asked(address)
    assert (found.host, found.port, found.hosts) == ("erp.example.it", 443, ("93.184.216.34",))
    assert "s3cret" not in repr(found)


@pytest.mark.parametrize(
    ("address", "name", "ip", "slug", "http"),
    [
        ("https://evil.example.it", "erp", "93.184.216.34", "acme", False),  # the secret would go elsewhere
        ("https://erp.example.it", "erp", "93.184.216.34", "other", False),  # another company's secret
        ("https://erp.example.it", "none", "93.184.216.34", "acme", False),
        ("https://erp.example.it:8443", "erp", "93.184.216.34", "acme", False),
        ("http://erp.example.it", "erp", "93.184.216.34", "acme", True),
        ("https://erp.example.it@evil.it", "erp", "93.184.216.34", "acme", False),
        ("ftp://erp.example.it", "erp", "93.184.216.34", "acme", False),
        ("https://erp.example.it", "erp", "169.254.169.254", "acme", False),  # where clouds keep their secrets
        ("https://erp.example.it", "erp", "::ffff:169.254.169.254", "acme", False),
        ("https://erp.example.it", "erp", "0.0.0.0", "acme", False),  # noqa: S104 - nothing is bound here
        ("http://erp.local:9090", "near", "127.0.0.1", "acme", False),  # plain http is not let through
        ("http://erp.local:9090", "near", "93.184.216.34", "acme", True),  # nor to another network
    ],
)
def test_any_other_is_not(address: str, name: str, ip: str, slug: str, http: bool) -> None:
    with pytest.raises(InventoryNotAllowed):
        asked(address, name, ip=ip, slug=slug, http=http)


@pytest.mark.parametrize("ip", ["127.0.0.1", "10.1.2.3", "::1"])
def test_plain_http_goes_nearby_where_the_settings_say_so(ip: str) -> None:
    assert asked("http://erp.local:9090", "near", ip=ip, http=True).port == 9090


def test_a_name_nobody_knows_is_away() -> None:
    with pytest.raises(InventoryAway):
        place_of("https://erp.example.it", "acme", "erp", SECRETS, local_http=False, resolve=lambda *_: [])


def test_secrets_come_from_the_environment_and_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "LIBRETTO_INVENTORY_SECRETS", '{"acme/erp": {"origin": "https://erp.example.it", "token": "s3cret"}}'
    )
    settings = Settings()
    assert settings.inventory_secrets["acme/erp"].token.get_secret_value() == "s3cret"
    assert "s3cret" not in repr(settings)
