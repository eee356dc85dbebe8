"""Settings from the environment (impostazioni); every name is prefixed by LIBRETTO_, but DATABASE_URL."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from gateways.cells.address import CellAddress
from gateways.inventory.place import InventorySecret


class Settings(BaseSettings):
    """How this installation runs. Without DATABASE_URL an embedded PostgreSQL is started below `data_dir`."""

    model_config = SettingsConfigDict(env_prefix="LIBRETTO_", extra="ignore", populate_by_name=True)

    database_url: str | None = Field(
        default=None, validation_alias=AliasChoices("DATABASE_URL", "LIBRETTO_DATABASE_URL")
    )
    owner_database_url: str | None = Field(default=None, description="The owner's address, where it differs.")
    cells: dict[str, CellAddress] = Field(
        default_factory=dict,
        description='Further PostgreSQL servers for companies: {"north": {"database_url": "postgresql://…"}}.',
    )
    folding_shares: int = Field(
        default=1, ge=1, le=64, description="Into how many shares companies are dealt for processes that fold."
    )
    data_dir: Path = Path(".libretto")
    pool_size: int = 10
    master_key: SecretStr | None = Field(
        default=None, description="64 hex digits; made and kept in data_dir if absent."
    )
    token_key: SecretStr | None = Field(default=None, description="Signs tokens; made and kept in data_dir if absent.")
    host: str = "127.0.0.1"
    public_url: str | None = Field(
        default=None, description="How customers reach this installation (https://…): it stands in links sent to them."
    )
    port: int = 8000
    kafka_servers: str | None = None
    kafka_api_version: str | None = Field(default=None, description="Such as 2.3; leave empty for a real broker.")
    kafka_topic: str = "libretto.public.v1"
    kafka_partitions: int = Field(default=6, ge=1, description="Of a topic that is new; it keeps them for good.")
    archive_url: str | None = Field(default=None, description="file:// or s3:// address of the document archive.")
    einvoice_schema: Path | None = Field(default=None, description="The FatturaPA schema, to check invoices with.")
    smtp_host: str | None = Field(default=None, description="The mail server; without it notices wait.")
    smtp_port: int = 587
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_ca_file: Path | None = Field(default=None, description="Certificates to trust, where not the system's.")
    mail_from: str | None = Field(default=None, description="The sender; left out, each company's own e-mail.")
    sms_url: str | None = Field(default=None, description="Where text messages are handed over; without it they wait.")
    sms_token: SecretStr | None = Field(default=None, description="The provider's secret, sent as a bearer token.")
    sms_body: str = Field(
        default='{"to": "{to}", "text": "{text}", "sender": "{sender}", "id": "{id}"}',
        description="The JSON that the provider takes, with {to}, {text}, {sender} and {id} to be filled in.",
    )
    sms_sender: str | None = Field(default=None, description="The sender's name or number, where the provider asks.")
    sms_prefix: str = Field(default="+39", pattern=r"^\+[1-9]\d{0,3}$", description="Of numbers without a country.")
    sms_nearby: bool = Field(default=False, description="Let the provider be on this machine, there by plain http.")
    sms_ca_file: Path | None = Field(default=None, description="Certificates to trust, where not the system's.")
    inventory_secrets: dict[str, InventorySecret] = Field(
        default_factory=dict,
        description='Other warehouse programs: {"company/name": {"origin": "https://…", "token": "…"}}.',
    )
    inventory_local_http: bool = Field(default=False, description="Let them be reached by plain http nearby.")
    webhook_nearby: bool = Field(
        default=False, description="Let webhooks go to this machine and private networks, there also by plain http."
    )
    seal_after_minutes: int = Field(
        default=60, ge=0, description="How long facts wait for a seal when they do not fill a block."
    )
    timestamp_authorities: list[str] = Field(
        default_factory=list, description="Addresses of RFC 3161 authorities that stamp seals."
    )
    timestamp_ca_file: Path | None = Field(default=None, description="Certificates (PEM) their stamps must lead to.")
    cors_origins: list[str] = Field(default_factory=list)
    max_body_bytes: int = 2_000_000
    max_file_bytes: int = Field(default=25_000_000, description="The largest file that people may upload.")
    log_level: str = "INFO"
