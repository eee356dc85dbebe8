"""The API's documentation as one page that needs nothing from elsewhere."""

from __future__ import annotations

from html import escape
from typing import Any

STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;color:#1b1f24}
h1{margin-bottom:0} h2{margin-top:2.5rem;border-bottom:1px solid #d0d7de;text-transform:capitalize}
details{border:1px solid #d0d7de;border-radius:6px;margin:.4rem 0;padding:.4rem .8rem}
summary{cursor:pointer} code{font:14px ui-monospace,monospace} .m{display:inline-block;width:3.6rem;font-weight:600}
.post{color:#0a58ca} .get{color:#146c43} table{border-collapse:collapse;width:100%;margin:.5rem 0}
td,th{text-align:left;vertical-align:top;padding:.2rem .6rem;border-top:1px solid #eaeef2} .d{color:#57606a}
"""


def render(document: dict[str, Any]) -> str:
    """The page of an OpenAPI document."""
    groups: dict[str, list[str]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            groups.setdefault(operation["tags"][0], []).append(_operation(path, method, operation, document))
    body = "".join(f"<h2>{escape(tag.replace('-', ' '))}</h2>{''.join(parts)}" for tag, parts in sorted(groups.items()))
    info = document["info"]
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Libretto API</title><style>{STYLE}</style><h1>Libretto API {escape(info['version'])}</h1>"
        f'<p>{escape(info["description"])} The same as <a href="/openapi.json">openapi.json</a>.</p>{body}</html>'
    )


def _operation(path: str, method: str, operation: dict[str, Any], document: dict[str, Any]) -> str:
    rows = [_row(p["name"], p["in"], p["schema"], p.get("description", "")) for p in operation["parameters"]]
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content:
        schema = document["components"]["schemas"][content["schema"]["$ref"].rsplit("/", 1)[1]]
        required = schema.get("required", [])
        rows += [
            _row(name, "body" if name in required else "body, optional", part, part.get("description", ""))
            for name, part in schema.get("properties", {}).items()
        ]
    return (
        f'<details id="{escape(operation["operationId"])}"><summary><span class="m {method}">{method.upper()}</span>'
        f"<code>{escape(path)}</code> — {escape(operation['summary'])}</summary>"
        f"<p>{escape(operation['description'])}</p><table>{''.join(rows)}</table></details>"
    )


def _row(name: str, where: str, schema: dict[str, Any], description: str) -> str:
    examples = schema.get("examples")
    shown = f" Example: {examples[0]!r}." if examples else ""
    text = escape(f"{description}{shown}")
    cells = f'<code>{escape(name)}</code></td><td class="d">{where}</td><td>{_kind(schema)}</td><td>{text}'
    return f"<tr><td>{cells}</td></tr>"


def _kind(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return escape(schema["$ref"].rsplit("/", 1)[1])
    if "anyOf" in schema:
        return " or ".join(_kind(part) for part in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return escape(str(schema.get("format") or schema.get("type") or "any"))
