"""What goes wrong, as problem details (RFC 9457): a stable code, a sentence in the reader's language, the values."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic_core import to_jsonable_python
from starlette.requests import Request
from starlette.responses import Response

from aggregates.base import Refusal
from gateways.http.limits import UNUSABLE
from gateways.i18n import negotiate, told, translator
from gateways.labels import sentence
from gateways.logs import is_secret

MEDIA_TYPE = "application/problem+json"
SHOWN = 200


class InvalidRequest(Refusal):
    """Some fields are missing or wrong; see `errors` for each of them."""

    status = 422


class NotJson(Refusal):
    """The body is not valid JSON."""

    status = 400


class BodyTooLarge(Refusal):
    """The request is larger than {limit} bytes; send less at a time."""

    status = 413


class NoSuchPage(Refusal):
    """There is nothing at this address; see /docs for the list of addresses."""

    status = 404


class MethodNotAllowed(Refusal):
    """This address does not take that method; see /docs."""

    status = 405


class RecordNotFound(Refusal):
    """There is no such record."""

    status = 404


class CompanyUnknown(Refusal):
    """There is no company called {company} here."""

    status = 404


class NotSignedIn(Refusal):
    """Sign in first: send a bearer token or an API key in the Authorization header."""

    status = 401


class TokenExpired(Refusal):
    """The token has expired or is not ours; sign in again."""

    status = 401


class SignInFailed(Refusal):
    """E-mail or password are wrong."""

    status = 401


class RoleMissing(Refusal):
    """This needs one of the roles {roles}; ask an administrator."""

    status = 403


class PathDisagrees(Refusal):
    """The field {field} is part of the address; leave it out of the body, or write the same there."""

    status = 422


class ValueUnusable(Refusal):
    """A value cannot be worked with: {reason}."""

    status = 422


class DatabaseAway(Refusal):
    """The database does not answer; nothing was changed, or send the same command id again to be sure."""

    status = 503


class CompanyMoving(Refusal):
    """This company is being moved; nothing was changed: send the same command again in a moment."""

    status = 503


class InternalError(Refusal):
    """Something went wrong on our side. It was logged under {correlation_id}; nothing was lost."""

    status = 500


class ValueOutOfBounds(Refusal):
    """A value is too large, too small or too long to work with; check what was sent."""

    status = 422


# How pydantic's findings read; the words in braces come from the finding.
FINDINGS: dict[str, str] = {
    "missing": "this field is required",
    "extra_forbidden": "this field is not known here",
    "string_type": "write a text",
    "string_too_long": "at most {max_length} characters",
    "string_too_short": "at least {min_length} characters",
    "string_pattern_mismatch": "does not have the form {pattern}",
    "uuid_parsing": "write an id such as 11111111-2222-3333-4444-555555555555",
    "uuid_type": "write an id such as 11111111-2222-3333-4444-555555555555",
    "decimal_parsing": 'write a decimal as a text, for example "351.78"',
    "decimal_type": 'write a decimal as a text, for example "351.78"',
    "int_parsing": "write a whole number",
    "int_type": "write a whole number",
    "int_from_float": "write a whole number",
    "bool_parsing": "write true or false",
    "bool_type": "write true or false",
    "date_parsing": "write a date as 2026-09-16",
    "date_from_datetime_parsing": "write a date as 2026-09-16",
    "date_type": "write a date as 2026-09-16",
    "datetime_parsing": "write an instant as 2026-04-16T16:30:00+02:00",
    "datetime_from_date_parsing": "write an instant as 2026-04-16T16:30:00+02:00",
    "datetime_type": "write an instant as 2026-04-16T16:30:00+02:00",
    "enum": "choose one of {expected}",
    "literal_error": "choose one of {expected}",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "list_type": "write a list",
    "tuple_type": "write a list",
    "too_short": "at least {min_length} of them",
    "too_long": "at most {max_length} of them",
    "model_type": "write an object",
    "model_attributes_type": "write an object",
    "dict_type": "write an object",
    "finite_number": "write a finite number",
    "decimal_max_digits": "at most {max_digits} digits",
    "decimal_max_places": "at most {decimal_places} decimals",
    "multiple_of": "must be a multiple of {multiple_of}",
    "time_parsing": "write a time of day as 08:30",
    "time_type": "write a time of day as 08:30",
    "none_required": "must be null",
    "frozen_set_type": "write a list",
    "set_type": "write a list",
    "string_unicode": UNUSABLE["text_unusable"],
    "int_parsing_size": "write a shorter number",
    **UNUSABLE,
}


def language_of(request: Request) -> str:
    """The reader's language."""
    return negotiate(request.headers.get("accept-language", ""))


def problem(request: Request, refusal: Refusal, errors: Sequence[Mapping[str, Any]] = ()) -> Response:
    """The answer to a request that was refused."""
    language = language_of(request)
    body: dict[str, Any] = {
        "type": f"urn:libretto:problem:{refusal.code()}",
        "title": refusal.code().replace("-", " ").capitalize(),
        "status": refusal.status,
        "code": refusal.code(),
        "detail": sentence(refusal, language),
        "values": to_jsonable_python(refusal.values, fallback=str),
        "instance": request.url.path,
    }
    if errors:
        body["errors"] = errors
    headers = {"content-language": language}
    if refusal.status == 401:
        headers["www-authenticate"] = "Bearer"
    if refusal.status in (429, 503):
        headers["retry-after"] = str(refusal.values.get("retry_after", 2))
    return Response(json.dumps(body, ensure_ascii=False), refusal.status, headers, MEDIA_TYPE)


def invalid(request: Request, findings: Iterable[Mapping[str, Any]]) -> Response:
    """The answer to a request whose fields are wrong: each with its name, what is wrong and the value given."""
    language = language_of(request)
    return problem(request, InvalidRequest(), [_finding(found, language) for found in findings])


def _finding(found: Mapping[str, Any], language: str) -> dict[str, Any]:
    message = FINDINGS.get(found["type"])
    if message is None:
        text = told(found["msg"].removeprefix("Value error, "), language)
    else:
        context = {name: str(value).replace(" or ", ", ") for name, value in found.get("ctx", {}).items()}
        text = translator(language)(message).format_map(context)
    finding = {"field": ".".join(map(str, found["loc"])), "code": found["type"], "message": text}
    if _may_be_shown(found):
        finding["value"] = found["input"]
    return finding


def _may_be_shown(found: Mapping[str, Any]) -> bool:
    given, name = found.get("input"), str(found["loc"][-1]) if found["loc"] else ""
    short = isinstance(given, str | int | bool | float) and len(str(found["input"])[: SHOWN + 1]) <= SHOWN
    return short and found["type"] != "missing" and not is_secret(name)
