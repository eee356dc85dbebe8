"""Figures for Prometheus: requests, commands, lag of the read models."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from gateways.postgres.backlogs import Backlog

REGISTRY = CollectorRegistry()
REQUESTS = Counter("libretto_requests_total", "HTTP requests.", ["method", "route", "status"], registry=REGISTRY)
SECONDS = Histogram(
    "libretto_request_seconds",
    "Time to answer an HTTP request.",
    ["method", "route"],
    registry=REGISTRY,
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
MODEL = ["read_model", "status"]
LAG_COMPANIES = Gauge("libretto_lag_companies", "Companies with facts not yet folded.", MODEL, registry=REGISTRY)
LAG_FACTS = Gauge("libretto_lag_facts", "Facts not yet folded, of all companies.", MODEL, registry=REGISTRY)
LAG_SECONDS = Gauge("libretto_lag_seconds", "Age of the oldest of them.", MODEL, registry=REGISTRY)
PARKED = Gauge("libretto_parked_facts", "Facts that could not be folded.", MODEL, registry=REGISTRY)


def show_backlogs(found: Iterable[Backlog]) -> None:
    """Take over how far the read models are behind; cells of one model are summed, ages are the oldest's.

    Companies are not told apart: their number is not ours to bound. `libretto project --status` does.
    """
    gauges = (LAG_COMPANIES, LAG_FACTS, LAG_SECONDS, PARKED)
    for gauge in gauges:
        gauge.clear()
    told: dict[tuple[str, str], list[Backlog]] = {}
    for one in found:
        told.setdefault((one.name, one.status), []).append(one)
    for labels, ones in told.items():
        figures = (sum(o.companies for o in ones), sum(o.facts for o in ones), max(o.seconds for o in ones))
        for gauge, figure in zip(gauges, (*figures, sum(o.parked for o in ones)), strict=True):
            gauge.labels(*labels).set(figure)


def exposition() -> bytes:
    """All figures in Prometheus' text format."""
    return generate_latest(REGISTRY)
