"""Figures for Prometheus: requests, commands, lag of the read models."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

REGISTRY = CollectorRegistry()
REQUESTS = Counter("libretto_requests_total", "HTTP requests.", ["method", "route", "status"], registry=REGISTRY)
SECONDS = Histogram(
    "libretto_request_seconds",
    "Time to answer an HTTP request.",
    ["method", "route"],
    registry=REGISTRY,
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
LAG_FACTS = Gauge("libretto_lag_facts", "Facts not yet folded.", ["read_model", "company"], registry=REGISTRY)
LAG_SECONDS = Gauge("libretto_lag_seconds", "Age of the oldest of them.", ["read_model", "company"], registry=REGISTRY)
PARKED = Gauge("libretto_parked_facts", "Facts that could not be folded.", ["read_model", "company"], registry=REGISTRY)


def exposition() -> bytes:
    """All figures in Prometheus' text format."""
    return generate_latest(REGISTRY)
