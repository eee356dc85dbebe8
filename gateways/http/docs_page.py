"""The API's documentation as one page that needs nothing from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:66rem;margin:2rem auto;padding:0 1rem;color:#1b1f24}
h1{margin-bottom:0} h2{margin-top:2.5rem;border-bottom:1px solid #d0d7de;text-transform:capitalize}
nav a{margin-right:.9rem;white-space:nowrap;text-transform:capitalize} a{color:#0a58ca}
details{border:1px solid #d0d7de;border-radius:6px;margin:.4rem 0;padding:.4rem .8rem}
summary{cursor:pointer} code,pre{font:14px ui-monospace,monospace} .m{display:inline-block;width:3.6rem;font-weight:600}
pre{background:#f6f8fa;border-radius:6px;padding:.6rem .8rem;overflow-x:auto}
.post{color:#0a58ca} .get{color:#146c43} table{border-collapse:collapse;width:100%;margin:.5rem 0}
td,th{text-align:left;vertical-align:top;padding:.2rem .6rem;border-top:1px solid #eaeef2} .d{color:#57606a}
"""
Schema = Mapping[str, Any]


def render(document: Mapping[str, Any]) -> str:
    """The page of an OpenAPI document."""
    schemas = document["components"]["schemas"]
    groups: dict[str, list[str]] = {tag["name"]: [] for tag in document["tags"]}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            groups[operation["tags"][0]].append(_operation(path, method, operation, schemas))
    links = "".join(f'<a href="#{_anchor(tag)}">{escape(_words(tag))}</a>' for tag in groups)
    told = {tag["name"]: tag["description"] for tag in document["tags"]}
    body = "".join(_section(tag, told[tag], parts) for tag, parts in groups.items())
    info = document["info"]
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Libretto API</title><style>{STYLE}</style><h1>Libretto API {escape(info['version'])}</h1>"
        f'<p>{escape(info["description"])} The same as <a href="/openapi.json">openapi.json</a>.</p>'
        f"<nav>{links}</nav>{body}{_section('objects', 'What fields are made of.', _objects(schemas))}</html>"
    )


def _section(tag: str, description: str, parts: Iterable[str]) -> str:
    return f'<h2 id="{_anchor(tag)}">{escape(_words(tag))}</h2><p>{escape(description)}</p>{"".join(parts)}'


def _operation(path: str, method: str, operation: Schema, schemas: Mapping[str, Schema]) -> str:
    own = [given for given in operation["parameters"] if "$ref" not in given]  # the common ones are told above
    rows = [_row(p["name"], p["in"], p["schema"], p.get("description", "")) for p in own]
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content:
        rows += _fields(schemas[_name(content["schema"])], "body")
    return (
        f'<details id="{escape(operation["operationId"])}"><summary><span class="m {method}">{method.upper()}</span>'
        f"<code>{escape(path)}</code> — {escape(operation['summary'])}</summary>"
        f"<p>{escape(operation['description'])}</p><table>{''.join(rows)}</table>{_examples(content)}</details>"
    )


def _examples(content: Schema | None) -> str:
    shown = [(name, given["value"]) for name, given in (content or {}).get("examples", {}).items()]
    return "".join(
        f'<p class="d">{escape(name.capitalize())} example</p>'
        f"<pre>{escape(json.dumps(value, ensure_ascii=False, indent=2))}</pre>"
        for name, value in shown
        if value
    )


def _objects(schemas: Mapping[str, Schema]) -> list[str]:
    return [
        f'<details id="object-{escape(name)}"><summary><code>{escape(name)}</code></summary>'
        f"<p>{escape(schema.get('description', ''))}</p>{_values(schema)}"
        f"<table>{''.join(_fields(schema, ''))}</table></details>"
        for name, schema in sorted(schemas.items())
    ]


def _values(schema: Schema) -> str:
    codes = " · ".join(f"<code>{escape(str(code))}</code>" for code in schema.get("enum", ()))
    return f"<p>{codes}</p>" if codes else ""


def _fields(schema: Schema, where: str) -> list[str]:
    required = schema.get("required", [])
    return [
        _row(name, " ".join([where, "" if name in required else "optional"]).strip(), part, part.get("description", ""))
        for name, part in schema.get("properties", {}).items()
    ]


def _row(name: str, where: str, schema: Schema, description: str) -> str:
    examples = schema.get("examples")
    shown = f" Example: {json.dumps(examples[0], ensure_ascii=False)}." if examples else ""
    text = escape(f"{description}{shown}")
    cells = f'<code>{escape(name)}</code></td><td class="d">{where}</td><td>{_kind(schema)}</td><td>{text}'
    return f"<tr><td>{cells}</td></tr>"


def _kind(schema: Schema) -> str:
    if "$ref" in schema:
        name = escape(_name(schema))
        return f'<a href="#object-{name}">{name}</a>'
    if "anyOf" in schema:
        return " or ".join(_kind(part) for part in schema["anyOf"])
    kind = schema.get("type")
    if kind == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return escape(str(schema.get("format") or (" or ".join(kind) if isinstance(kind, list) else kind) or "any"))


def _name(schema: Schema) -> str:
    return str(schema["$ref"].rsplit("/", 1)[1])


def _words(tag: str) -> str:
    return tag.replace("-", " ")


def _anchor(tag: str) -> str:
    return f"about-{escape(tag)}"
