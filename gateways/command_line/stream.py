"""`libretto publish`: the relay to Kafka, to the usual topic or to another beside it; sending again what was sent."""

from __future__ import annotations

from typing import Annotated

import typer

from gateways.command_line.session import CompanyOption, Failed, opened, out
from gateways.command_line.texts import _
from gateways.parts import in_every_cell, relay
from gateways.public_feed import PublicFeed
from gateways.relay_cursors import AheadOfStream, RelayCursors
from gateways.runtime import Runtime
from gateways.wiring import Installation


def publish(
    topic: Annotated[str | None, typer.Option(help=_("Another topic than LIBRETTO_KAFKA_TOPIC."))] = None,
    partitions: Annotated[
        int | None, typer.Option(min=1, help=_("Into how many partitions a topic that is new is divided."))
    ] = None,
    replay_from: Annotated[
        int | None, typer.Option(min=1, help=_("Send again from this sequence on, and end: the relay does it."))
    ] = None,
    company: CompanyOption = "",
) -> None:
    """The relay alone; or its places set back, which a relay that runs notices within seconds."""
    with opened() as installation:
        if replay_from is not None:
            _replay(installation, topic or installation.settings.kafka_topic, replay_from, company)
            return
        servers = installation.settings.kafka_servers
        if not servers:
            raise Failed(_("Set LIBRETTO_KAFKA_SERVERS to the addresses of Kafka."))
        parts = in_every_cell(installation, lambda cell: [("relay", relay(cell, servers, topic, partitions))])
        raise typer.Exit(Runtime(parts).run())


def _replay(installation: Installation, topic: str, replay_from: int, company: str) -> None:
    slugs = [company] if company else [row.slug for row in installation.companies()]
    for slug in slugs:
        house = installation.house(slug)
        feed = PublicFeed(house.reader, house.company_id, house.epoch)
        try:
            count = RelayCursors(house.installation.database, topic).set_back(feed, replay_from)
        except AheadOfStream as error:
            raise Failed(
                _("{company}: {topic} has not come as far as {sequence}; events would be missing.").format(
                    company=slug, topic=topic, sequence=replay_from
                )
            ) from error
        out.print(
            _("{company}: {count} events go to {topic} again.").format(company=slug, count=count, topic=topic),
            markup=False,
        )
