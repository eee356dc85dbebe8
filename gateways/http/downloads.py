"""How files that people uploaded are handed out (scaricamento)."""

from __future__ import annotations

import re
from urllib.parse import quote


def headers_of_file(name: str, sha256: str) -> dict[str, str]:
    """Kept, never shown in the page: a browser runs nothing of it."""
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", name[:200]) or sha256
    return {
        "content-disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name[:200], safe='')}",
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; sandbox",
        "etag": f'"{sha256}"',
        "cache-control": "private, max-age=0, must-revalidate",
    }
