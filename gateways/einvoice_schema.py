"""The official schema (schema XSD) of the electronic invoice: asked locally, never over a network."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from lxml import etree

SIGNATURE_SCHEMA = "xmldsig-core-schema.xsd"
_one_at_a_time = Lock()


class UnsafeXml(ValueError):
    """The file is not XML, or declares a document type, which an invoice never needs."""


class _BesideTheSchema(etree.Resolver):
    """Answers the import of the signature schema with the file beside the main one."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def resolve(self, system_url: str, _public_id: str, context: Any) -> Any:  # type: ignore[override]  # stubs lack context
        answers: Any = self
        if system_url.endswith(SIGNATURE_SCHEMA):
            return answers.resolve_filename(str(self._folder / SIGNATURE_SCHEMA), context)
        return answers.resolve_empty(context)


def parse(xml: bytes, *, forgive_namespaces: bool = False) -> etree._Element:
    """The root of an XML file, with no entity resolved and nothing fetched; raises `UnsafeXml`.

    Some writers declare namespaces that are no valid address; a reader may forgive that, and only that.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=forgive_namespaces
    )
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise UnsafeXml(f"not XML: {error.msg}") from error
    log: Any = parser.error_log
    broken = [entry.message for entry in log if entry.domain_name != "NAMESPACE"]
    if root is None or broken:
        raise UnsafeXml(f"not XML: {broken[0] if broken else 'empty'}")
    tree: Any = root.getroottree()
    if tree.docinfo.doctype:
        raise UnsafeXml("a document type declaration is not accepted")
    return root


def validate(xml: bytes, xsd_path: Path) -> list[str]:
    """What the schema says is wrong, one sentence with its line number each; an empty list if it is valid."""
    try:
        root = parse(xml)
    except UnsafeXml as error:
        return [str(error)]
    schema = _schema(Path(xsd_path).resolve())
    with _one_at_a_time:
        schema.validate(root)
        log: Any = schema.error_log
        return [f"line {entry.line}: {entry.message}" for entry in log]


@cache
def _schema(path: Path) -> etree.XMLSchema:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    parser.resolvers.add(_BesideTheSchema(path.parent))
    return etree.XMLSchema(etree.parse(str(path), parser))
