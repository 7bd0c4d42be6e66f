"""What a process serves on METRICS_PORT, read as Prometheus reads it."""

import socket
from collections.abc import Mapping

import httpx
from prometheus_client.parser import text_string_to_metric_families

Series = tuple[str, tuple[tuple[str, str], ...]]
"""A name, and its labels in order."""


def free_port() -> int:
    """Give a port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def read(text: str) -> dict[Series, float]:
    """Give every series of an exposition with its value."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(series: Mapping[Series, float], name: str, **labels: str) -> float:
    """Give the value of one series."""
    return series[name, tuple(sorted(labels.items()))]


async def scraped(port: int) -> str:
    """Ask a process for its figures."""
    async with httpx.AsyncClient() as http:
        answer = await http.get(f"http://127.0.0.1:{port}/metrics")
    assert answer.status_code == 200
    return answer.text
