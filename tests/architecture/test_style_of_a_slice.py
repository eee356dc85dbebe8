"""How a slice is written: decide then evolve, one fact a decision, sentences with their values, topics as named.

See `docs/map.md`: rules live in undecorated methods; appliers only assign, because they run again whenever a stream is
loaded, and two of one name in a class would silently be one.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from string import Formatter

import pytest

from tests.architecture.source_tree import FOLDERS, ROOT, SourceFile, files, plant

# Decisions that record several facts, each with its reason.
SEVERAL_FACTS = {
    "HourPool.expire": "every lot whose last day has passed, each a fact of its own",
    "HourPool.refund": "every lot of which something is left, each a fact of its own",
    "Quote.expire": "every revision whose last day has passed, each a fact of its own",
    "SerialItem.replace_with": "one on the item and one on its successor",
    "SerialItem.undo_replacement": "one on the item and one on its successor, as when it was replaced",
    "StockItem.release": "every promise to a record that is given back",
}
OUTSIDE = {"now", "today", "utcnow", "uuid1", "uuid4", "open"}
DECIDING = {"require", "trigger_event", "begin"}
VERSIONED = re.compile(r"^[a-z0-9-]+\.[a-z0-9-]+\.v[1-9]\d*$")
KERNEL = "aggregates/base.py"
Function = ast.FunctionDef | ast.AsyncFunctionDef


def classes(source: SourceFile) -> Iterator[ast.ClassDef]:
    return (node for node in source.nodes if isinstance(node, ast.ClassDef))


def functions(holder: ast.ClassDef) -> list[Function]:
    return [node for node in holder.body if isinstance(node, Function)]


def called(node: ast.AST) -> str | None:
    """The last name of what is called: `require`, `self.trigger_event`."""
    if not isinstance(node, ast.Call):
        return None
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else None


def is_applier(function: Function) -> bool:
    return any(called(decorator) == "event" for decorator in function.decorator_list)


def none(found: Sequence[str]) -> None:
    assert not found, "\n" + "\n".join(found)


# Appliers


def deciding_appliers(sources: Iterable[SourceFile]) -> list[str]:
    """Appliers that could refuse, record or answer differently when they run again."""
    return [
        f"{source.name}:{function.lineno} {holder.name}.{function.name} {what}"
        for source in sources
        for holder in classes(source)
        for function in functions(holder)
        if is_applier(function)
        for node in ast.walk(function)
        if (what := _more_than_assigning(node))
    ]


def _more_than_assigning(node: ast.AST) -> str | None:
    if isinstance(node, ast.Raise | ast.Assert | ast.Return) and getattr(node, "value", node) is not None:
        return {ast.Raise: "raises", ast.Assert: "asserts", ast.Return: "answers"}[type(node)]
    name = called(node)
    if name in OUTSIDE | DECIDING or (name or "").startswith(("_require", "check_", "_check")):
        return f"calls {name}"
    return None


def doubled_methods(sources: Iterable[SourceFile]) -> list[str]:
    """Methods of one name in one class: the last would silently be the only one."""
    return [
        f"{source.name} {holder.name}.{name} is there {number} times"
        for source in sources
        for holder in classes(source)
        for name, number in Counter(f.name for f in functions(holder) if not _is_shared_name(f)).items()
        if number > 1
    ]


def _is_shared_name(function: Function) -> bool:
    """Properties' setters and typed overloads bear one name on purpose."""
    names = {
        node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "") for node in function.decorator_list
    }
    return bool(names & {"setter", "deleter", "overload"})


# Decisions


def wordy_decisions(sources: Iterable[SourceFile]) -> list[str]:
    """Decisions that record more than one fact on some path."""
    return [
        f"{source.name}:{function.lineno} {name}"
        for source in sources
        for holder in classes(source)
        for function in functions(holder)
        if most_facts(function.body)[0] > 1 and (name := f"{holder.name}.{function.name}") not in SEVERAL_FACTS
    ]


def most_facts(body: Sequence[ast.stmt]) -> tuple[int, bool]:
    """How many facts the longest path through statements records, and whether every path ends inside them."""
    most, so_far = 0, 0
    for statement in body:
        if isinstance(statement, ast.Return | ast.Raise):
            return max(most, so_far + _triggers(statement)), True
        if isinstance(statement, ast.If):
            (one, ends), (other, also_ends) = most_facts(statement.body), most_facts(statement.orelse)
            most = max(most, so_far + one, so_far + other)
            if ends and also_ends:
                return most, True
            so_far += max(0 if ends else one, 0 if also_ends else other)
        elif isinstance(statement, ast.For | ast.While):
            so_far += 2 * most_facts(statement.body)[0]
        elif isinstance(statement, ast.With | ast.Try):
            so_far += most_facts(statement.body)[0]
        else:
            so_far += _triggers(statement)
    return max(most, so_far), False


def _triggers(statement: ast.stmt) -> int:
    return sum(called(node) in ("trigger_event", "begin") for node in ast.walk(statement))


# Facts


def topic_of(holder: ast.ClassDef) -> str | None:
    for node in holder.body:
        if isinstance(node, ast.Assign) and [getattr(t, "id", "") for t in node.targets] == ["TOPIC"]:
            return str(ast.literal_eval(node.value))
    return None


def kebab(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


def misnamed_facts(sources: Iterable[SourceFile]) -> list[str]:
    """Facts whose topic is not `<aggregate>.<class-name>.v<n>`, of an aggregate in the same file or its stem's.

    A room of an aggregate may keep its facts in a file of its own: those of `call` in `call_booking_facts.py`.
    """
    found = []
    for source in sources:
        everything = list(classes(source))
        owners = {child: topic_of(holder) for holder in everything for child in holder.body}
        stem = Path(source.name).stem.removesuffix("_facts").replace("_", "-")
        for holder in everything:
            topic = topic_of(holder)
            if topic is None or "." not in topic:
                continue
            named = topic.split(".", 1)[0]
            is_room = source.name.endswith("_facts.py") and stem.startswith(f"{named}-")
            wanted = f"{owners.get(holder) or (named if is_room else stem)}.{kebab(holder.name)}.v"
            if not VERSIONED.match(topic) or not topic.startswith(wanted):
                found.append(f"{source.name}:{holder.lineno} {holder.name} has the topic {topic}, not {wanted}1")
    return found


def silent_facts(sources: Iterable[SourceFile]) -> list[str]:
    """Facts and aggregates without a docstring: the catalogue of events would say nothing of them."""
    return [
        f"{source.name}:{holder.lineno} {holder.name}"
        for source in sources
        for holder in classes(source)
        if topic_of(holder) and not ast.get_docstring(holder)
    ]


# Refusals


def refusals(sources: Iterable[SourceFile]) -> dict[str, list[tuple[str, ast.ClassDef]]]:
    """Every refusal by its name, wherever it stands."""
    known, found = {"Refusal"}, dict[str, list[tuple[str, ast.ClassDef]]]()
    everything = [(source.name, holder) for source in sources for holder in classes(source)]
    while more := [(n, h) for n, h in everything if h.name not in known and _names(h.bases) & known]:
        known |= {holder.name for _, holder in more}
    for name, holder in everything:
        if _names(holder.bases) & known:
            found.setdefault(holder.name, []).append((name, holder))
    return found


def _names(nodes: Iterable[ast.expr]) -> set[str]:
    return {node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "") for node in nodes}


def places(holder: ast.ClassDef) -> set[str]:
    """The values that a refusal's sentence names."""
    sentence = (ast.get_docstring(holder) or "").split("\n\n")[0]
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def silent_refusals(sources: Sequence[SourceFile]) -> list[str]:
    """Refusals without a sentence, or with one that is not a whole one."""
    return [
        f"{name}:{holder.lineno} {holder.name}"
        for its in refusals(sources).values()
        for name, holder in its
        if not (ast.get_docstring(holder) or "").split("\n\n")[0].endswith((".", "?"))
    ]


def doubled_refusals(sources: Sequence[SourceFile]) -> list[str]:
    """Refusals of one name: programs could not tell their codes apart."""
    return [f"{kind}: {', '.join(name for name, _ in its)}" for kind, its in refusals(sources).items() if len(its) > 1]


def untold_values(sources: Sequence[SourceFile]) -> list[str]:
    """Where a refusal is made without a value that its sentence names."""
    wanted = {kind: places(its[0][1]) for kind, its in refusals(sources).items()}
    found = []
    for source in sources:
        for node in source.nodes:
            for kind, given in _refused(node):
                missing = wanted.get(kind, set()) - given if "**" not in given else set()
                if missing:
                    found.append(
                        f"{source.name}:{getattr(node, 'lineno', 0)} {kind} lacks {', '.join(sorted(missing))}"
                    )
    return found


def _refused(node: ast.AST) -> Iterator[tuple[str, set[str]]]:
    """The refusals that a node makes, with the names of the values given."""
    if isinstance(node, ast.Call):
        given = {keyword.arg or "**" for keyword in node.keywords}
        if called(node) == "require" and len(node.args) > 1:
            yield from ((name, given) for name in _names([node.args[1]]))
        else:
            yield called(node) or "", given
    elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Name):
        yield node.exc.id, set()


def aggregates() -> list[SourceFile]:
    return list(files(ROOT, "aggregates"))


def ours() -> list[SourceFile]:
    return list(files(ROOT, *FOLDERS))


def test_appliers_only_assign() -> None:
    none(deciding_appliers(aggregates()))


def test_no_method_hides_another() -> None:
    none(doubled_methods(ours()))


def test_a_decision_records_one_fact() -> None:
    none(wordy_decisions(source for source in aggregates() if source.name != KERNEL))


def test_the_list_of_wordier_decisions_is_not_longer_than_needed() -> None:
    names = {
        f"{holder.name}.{function.name}"
        for source in aggregates()
        for holder in classes(source)
        for function in functions(holder)
        if most_facts(function.body)[0] > 1
    }
    assert set(SEVERAL_FACTS) <= names


def test_topics_say_what_their_classes_are_called() -> None:
    none(misnamed_facts(aggregates()))


def test_every_fact_says_what_it_means() -> None:
    none(silent_facts(aggregates()))


def test_every_refusal_is_a_sentence() -> None:
    none(silent_refusals(ours()))


def test_every_refusal_has_a_name_of_its_own() -> None:
    none(doubled_refusals(ours()))


def test_every_refusal_is_given_the_values_of_its_sentence() -> None:
    none(untold_values(ours()))


# The tests of these tests: each can fail.

CALL = '''
class Closed(Refusal):
    """The call {number} is closed; reopen it first."""

class Shut(Closed):
    """No full stop"""

class Call(Aggregate):
    """A call."""
    TOPIC = "call"

    class Opened(FirstEvent):
        """It rang."""
        TOPIC = "call.opened.v1"

    class TakenInCharge(Event):
        TOPIC = "call.taken.v1"

    def one(self, act):
        require(not self.over, Closed, number=self.number)
        if self.late:
            self.trigger_event(self.Opened, act=act)
            return
        self.trigger_event(self.TakenInCharge, act=act)

    def two(self, act):
        require(not self.over, Closed)
        if self.late:
            self.trigger_event(self.Opened, act=act)
        self.trigger_event(self.TakenInCharge, act=act)

    def many(self, act):
        if self.over:
            raise Closed
        for _ in range(3):
            self.trigger_event(self.Opened, act=act)

    @event(Opened)
    def __init__(self, number):
        require(number, Closed, number=number)
        self.number = number or uuid4()

    @event(TakenInCharge)
    def _opened(self):
        raise Closed(**self.values)

    @event(Opened)
    def _opened(self):
        self.over = False
'''


@pytest.fixture
def planted(tmp_path: Path) -> list[SourceFile]:
    plant(tmp_path, {"aggregates/call.py": CALL, "commands/call.py": "class Closed(Refusal):\n    '''Shut.'''\n"})
    return list(files(tmp_path, "aggregates", "commands"))


def told(found: list[str]) -> list[str]:
    return [re.sub(r"^\S+ ", "", line) for line in found]


def test_an_applier_that_decides_is_found(planted: list[SourceFile]) -> None:
    assert sorted(told(deciding_appliers(planted))) == [
        "Call.__init__ calls require",
        "Call.__init__ calls uuid4",
        "Call._opened raises",
    ]


def test_a_hidden_method_is_found(planted: list[SourceFile]) -> None:
    assert told(doubled_methods(planted)) == ["Call._opened is there 2 times"]


def test_a_decision_of_several_facts_is_found(planted: list[SourceFile]) -> None:
    assert told(wordy_decisions(planted)) == ["Call.two", "Call.many"]


def test_a_wrong_topic_and_a_silent_fact_are_found(planted: list[SourceFile]) -> None:
    assert told(misnamed_facts(planted)) == [
        "TakenInCharge has the topic call.taken.v1, not call.taken-in-charge.v1",
    ]
    assert told(silent_facts(planted)) == ["TakenInCharge"]


def test_careless_refusals_are_found(planted: list[SourceFile]) -> None:
    assert told(silent_refusals(planted)) == ["Shut"]
    assert doubled_refusals(planted) == ["Closed: aggregates/call.py, commands/call.py"]
    assert told(untold_values(planted)) == ["Closed lacks number", "Closed lacks number"]
