"""`python -m tests.bench.work NAME` in an environment with REDIS, API and N; prints JSON."""

import asyncio
import json
import sys
from importlib import import_module
from typing import Any

from bot import garbage
from tests.bench.work.common import WORDS

PARTS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "ours-support": ("ours", "ours", {"text": "/support"}),
    "ours-words": ("ours", "ours", {"text": WORDS}),
    "ours-schedule": ("ours", "ours", {"text": "/schedule"}),
    "ours-together": ("ours", "ours", {"text": "/support", "together": 16}),
    "sends": ("ours", "sends", {}),
    "limit": ("ours", "limit", {}),
    "helps": ("ours", "helps", {}),
    "stock": ("others", "stock", {}),
    "bare": ("others", "bare", {}),
    "wire": ("others", "wire", {}),
    "stock-jobs": ("others", "stock_jobs", {}),
    "claims": ("size", "claims", {}),
    "kept": ("size", "kept", {}),
    "fill": ("size", "fill", {}),
    "at-size": ("size", "at_size", {}),
    "started": ("start", "started", {}),
    "imports": ("start", "imports", {}),
}
"""A measurement → the module, the function in it, and what it is given."""

OTHERS = ("others", "imports")
"""What is measured as it comes: the module, and the libraries alone."""

module, function, given = PARTS[sys.argv[1]]
if module not in OTHERS and function not in OTHERS:
    garbage.look_seldom()
measure = getattr(import_module(f"tests.bench.work.{module}"), function)
sys.stdout.write(json.dumps(asyncio.run(measure(**given))))
