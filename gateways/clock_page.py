"""Why a service-level clock is due when it is, as a page of text for a dispute (spiegazione di una scadenza).

It tells what the view `service-clock` answers, in the reader's language; times are those of the calendar's zone
(R6.3–R6.7).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from aggregates.rules.priority import Level
from aggregates.rules.service_level import Clock
from gateways.i18n import translator
from gateways.labels import label

Row = Mapping[str, Any]


def _(message: str) -> str:
    """Marks a message for translation; `_Page.say` finds its words."""
    return message


CHANGES = {
    "started": _("{at}: the block ended, the clock starts."),
    "priority": _("{at}: priority changed from {before} to {after}; the target is counted anew."),
    "terms": _("{at}: other terms of service hold ({after} instead of {before})."),
    "pause": _("{at}: the pause of {was} was corrected: from {since} to {until}. {reason}"),
}
STEPS = {
    "counted": _("{since} – {until}: {minutes} minutes counted"),
    "paused": _("{since} – {until}: {minutes} minutes paused"),
    "closed": _("{since}: closed ({reason})"),
}


def clock_page(clock: Row, language: str) -> str:
    """The answer of `service-clock` as text."""
    return "\n".join(_Page(clock, language).lines()) + "\n"


class _Page:
    def __init__(self, clock: Row, language: str) -> None:
        self._clock = clock
        self._language = language
        self._to_language = translator(language)
        self._zone = ZoneInfo(clock["terms"]["calendar"]["zone"])

    def lines(self) -> Iterator[str]:
        clock, terms = self._clock, self._clock["terms"]
        name = self._word(Clock(clock["clock"]))
        yield self.say(
            _("Call {number}: {clock}, {priority}"), number=clock["number"], clock=name, priority=self._level()
        )
        yield self.say(_("Opened {at}"), at=self._at(clock["opened_at"]))
        if clock["is_delayed"]:
            yield self.say(_("Started {at}: until then the service was blocked"), at=self._at(clock["starts_at"]))
        if terms.get("calendar_code"):
            since = terms.get("calendar_from") or "–"
            yield self.say(_("Calendar {code}, version of {since}"), code=terms["calendar_code"], since=since)
        if clock["target_minutes"] is not None:
            yield self.say(_("Target: {minutes} minutes of business time"), minutes=clock["target_minutes"])
        yield ""
        yield from (self._change(each) for each in clock["changes"])
        yield from (self._step(each) for each in clock["steps"])
        yield ""
        yield self.say(_("Due {at}"), at=self._at(clock["due_at"]))
        if clock["breached_at"] is not None:
            yield self.say(_("Breach recorded for {at}: it stays"), at=self._at(clock["breached_at"]))
        if clock["stopped_at"] is not None:
            yield self.say(_("Stopped {at}"), at=self._at(clock["stopped_at"]))

    def say(self, message: str, **values: Any) -> str:
        """A message in the reader's language."""
        return self._to_language(message).format(**values)

    def _change(self, told: Row) -> str:
        values: dict[str, Any] = {**told, "at": self._at(told["at"])}
        if told["kind"] == "pause":
            until = self._at(told["until"]) if told["until"] else "…"
            values |= {"was": self._at(told["before"]), "since": self._at(told["after"]), "until": until}
        if told["kind"] == "priority":
            values |= {name: self._word(Level(told[name])) for name in ("before", "after")}
        return self.say(CHANGES[told["kind"]], **values)

    def _step(self, step: Row) -> str:
        since, until = self._at(step["starts_at"]), self._at(step["ends_at"])
        return self.say(STEPS[step["kind"]], **{**step, "since": since, "until": until})

    def _level(self) -> str:
        return self._word(Level(self._clock["priority"]))

    def _word(self, value: Enum) -> str:
        return label(value, self._language)

    def _at(self, at: datetime | str) -> str:
        moment = datetime.fromisoformat(at) if isinstance(at, str) else at
        return moment.astimezone(self._zone).strftime("%d/%m/%Y %H:%M")
