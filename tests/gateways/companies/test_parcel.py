"""A company exported and imported is the same company: log, keys, repeated commands, views and documents."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from aggregates.base import Refusal
from commands.remembered import CommandRecord
from gateways import wiring
from gateways.companies import closing, papers, parcel
from gateways.companies.exporting import export
from gateways.companies.importing import CompanyExists, PassphraseMissing, import_company
from gateways.companies.parcel import NotACompany, ParcelDamaged, ParcelTooNew
from gateways.companies.removing import CompanyStillOpen, ExportOfAnother, certificate_of, remove
from gateways.companies.rewrapping import PassphraseWrong
from gateways.documents.archive import open_store
from gateways.orders import settle
from gateways.parts import archive_location
from gateways.postgres import companies
from gateways.postgres.companies import UnknownCompany
from gateways.postgres.event_log import CompanyClosed
from gateways.seals.maker import make_seals
from gateways.wiring import Installation
from tests.dsl import Company, do
from tests.gateways.companies.households import findings, installed, lived_in, rows_of, stored

SECRET = "una frase che nessuno indovina"
FOLDED_AT = {"folded_at", "generation", "parked_at"}


@pytest.fixture(scope="module")
def here(migrated_databases: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installed(migrated_databases(), tmp_path_factory.mktemp("here")) as installation:
        yield installation


@pytest.fixture(scope="module")
def elsewhere(
    migrated_databases: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    with installed(migrated_databases(), tmp_path_factory.mktemp("elsewhere")) as installation:
        yield installation


def archive(installation: Installation) -> str:
    return archive_location(installation.settings)


def test_a_company_moves_house_with_every_byte(here: Installation, elsewhere: Installation, tmp_path: Path) -> None:
    company, file = lived_in(here, "trasloco"), tmp_path / "trasloco.libretto"
    repeated = uuid4()
    step = do("register-article", code="CARTA", kind="part", description="Carta")
    first = company.execute(step, command_id=repeated)
    company.fold()
    company_id, epoch = company.house.company_id, company.house.epoch
    make_seals(company.behind, block=2, patience=timedelta(0))  # a trigger keeps their head
    made = export(here, archive(here), "trasloco", file, SECRET)
    assert file.stat().st_mode & 0o077 == 0
    import_company(elsewhere, archive(elsewhere), file, passphrase=SECRET)
    there = Company(elsewhere, elsewhere.house("trasloco"))
    assert stored(there.house) == stored(company.house)
    assert len(stored(there.house)) == made.position
    assert (there.house.company_id, there.house.epoch) == (company_id, epoch)
    settle(elsewhere, there.behind)
    before, after = rows_of(here, company_id), rows_of(elsewhere, company_id)
    assert before.keys() == after.keys()
    assert len(after["seal"]) > 1
    for name in before.keys() - {"subject_key", "read_model_position"}:
        assert before[name] == after[name], name
    assert [row["subject_id"] for row in before["subject_key"]] == [row["subject_id"] for row in after["subject_key"]]
    assert [row["wrapped"] for row in before["subject_key"]] != [row["wrapped"] for row in after["subject_key"]]
    assert findings(elsewhere) == []
    again = there.execute(step, command_id=repeated)
    assert again.repeated
    assert again.position == first.position
    store = open_store(archive(elsewhere))
    assert [papers.read(store, company_id, path) for path in papers.paths(store, company_id)] == [b"%PDF of trasloco"]
    there.do("register-article", code="NUOVO", kind="part", description="Di qua")
    with pytest.raises(CompanyExists):
        import_company(elsewhere, archive(elsewhere), file, passphrase=SECRET)


def test_a_copy_begins_a_new_epoch_and_a_destroyed_key_stays_destroyed(
    here: Installation, elsewhere: Installation, tmp_path: Path
) -> None:
    company, file = lived_in(here, "copia"), tmp_path / "copia.libretto"
    subject = rows_of(here, company.house.company_id)["subject_key"][0]["subject_id"]
    company.house.keys.destroy(subject)
    export(here, archive(here), "copia", file, SECRET)
    import_company(elsewhere, archive(elsewhere), file, passphrase=SECRET, as_copy=True)
    there = elsewhere.house("copia")
    assert there.epoch != company.house.epoch
    assert there.keys.known(subject) is None


def test_keys_are_never_in_the_file_without_a_lock(here: Installation, elsewhere: Installation, tmp_path: Path) -> None:
    company, file = lived_in(here, "chiavi"), tmp_path / "chiavi.libretto"
    subjects = [row["subject_id"] for row in rows_of(here, company.house.company_id)["subject_key"]]
    export(here, archive(here), "chiavi", file, SECRET)
    with zipfile.ZipFile(file) as box:
        everything = b"".join(box.read(name) for name in box.namelist())
    assert b"0543 123456" not in everything
    for subject in subjects:
        key = company.house.keys.known(UUID(str(subject)))
        assert key is not None
        assert key not in everything
        assert key.hex().encode() not in everything
    refused(PassphraseMissing, elsewhere, file, None)
    refused(PassphraseWrong, elsewhere, file, "un'altra")
    export(here, archive(here), "chiavi", file)  # under the master key of this installation, which the other lacks
    refused(PassphraseWrong, elsewhere, file, None)


def refused(kind: type[Refusal], elsewhere: Installation, file: Path, secret: str | None) -> None:
    """An import that is refused leaves nothing behind."""
    with zipfile.ZipFile(file) as box:
        told = json.loads(box.read("manifest.json")) if "manifest.json" in box.namelist() else None
    with pytest.raises(kind):
        import_company(elsewhere, archive(elsewhere), file, passphrase=secret)
    if told is not None:
        company_id = UUID(told["company_id"])
        assert rows_of(elsewhere, company_id) == {}
        assert list(papers.paths(open_store(archive(elsewhere)), company_id)) == []
        with pytest.raises(UnknownCompany):
            elsewhere.house(told["slug"])


def changed(file: Path, target: Path, name: str, change: Callable[[bytes], bytes] | None) -> Path:
    """The same file with one member changed or left out."""
    with zipfile.ZipFile(file) as box, zipfile.ZipFile(target, "w") as new:
        for member in box.namelist():
            if member != name:
                new.writestr(member, box.read(member))
            elif change is not None:
                new.writestr(member, change(box.read(member)))
    return target


@pytest.mark.parametrize(
    ("member", "change", "kind"),
    [
        ("tables/fact.copy", lambda data: data.replace(b"TONER", b"TANER"), ParcelDamaged),
        ("tables/command.copy", None, ParcelDamaged),
        ("keys.jsonl", lambda data: data.splitlines(keepends=True)[0], ParcelDamaged),
        ("manifest.json", lambda data: data.replace(b'"position": ', b'"position": 1'), ParcelDamaged),
        ("manifest.json", lambda data: data.replace(b'"schema": ', b'"schema": 9'), ParcelTooNew),
        ("manifest.json", None, NotACompany),
    ],
)
def test_a_file_that_is_not_what_was_exported_is_refused_whole(
    here: Installation,
    elsewhere: Installation,
    tmp_path: Path,
    member: str,
    change: Callable[[bytes], bytes] | None,
    kind: type[Refusal],
) -> None:
    if not any(row.slug == "guasto" for row in companies.known(here.database)):
        company = lived_in(here, "guasto")
        company.do("add-contact", party_id=company.facts(stored(company.house)[0][2])[0].fact.stream_id, name="Due")
    file = tmp_path / "guasto.libretto"
    export(here, archive(here), "guasto", file, SECRET)
    refused(kind, elsewhere, changed(file, tmp_path / "changed.libretto", member, change), SECRET)


def test_what_is_no_zip_is_no_company(elsewhere: Installation, tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_bytes(b"PK nothing")
    with pytest.raises(NotACompany):
        import_company(elsewhere, archive(elsewhere), file)


def test_a_closed_company_answers_and_takes_nothing_in(here: Installation) -> None:
    company = lived_in(here, "chiusa")
    row = companies.find(here.database, "chiusa")
    at = closing.close(here.database, row, "closed")
    for releases in ((), (uuid4(),)):  # hopefully and carefully
        with pytest.raises(CompanyClosed):
            company.house.log.insert_events([], command=CommandRecord(uuid4(), "x", b"", {}), releases=releases)
    with pytest.raises(CompanyClosed):
        company.do("register-article", code="Y", kind="part", description="E ancora")
    assert company.house.log.position() == at
    assert "chiusa" not in [row.slug for row in companies.every(here.database)]
    closing.reopen(here.database, row.company_id)
    company.do("register-article", code="Y", kind="part", description="Ora si")


def test_the_program_cannot_open_what_is_closed(here: Installation) -> None:
    company = lived_in(here, "serrata")
    closing.close(here.database, companies.find(here.database, "serrata"), "closed")
    with here.database.company(company.house.company_id) as connection:
        opened = connection.execute("update company_head set closed_at = null, last_position = 0")
        assert opened.rowcount == 0
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("update company set state = 'open'")


def test_removing_needs_a_closed_company_and_its_own_export_then_leaves_nothing(
    here: Installation, elsewhere: Installation, tmp_path: Path
) -> None:
    company, other = lived_in(here, "addio"), lived_in(here, "resta")
    company_id, file = company.house.company_id, tmp_path / "addio.libretto"
    kept = rows_of(here, other.house.company_id)
    export(here, archive(here), "addio", file, SECRET)
    with pytest.raises(CompanyStillOpen):
        remove(here, here, archive(here), "addio", file)
    closing.close(here.database, companies.find(here.database, "addio"), "closed")
    with pytest.raises(ExportOfAnother):  # it was made before the closing
        remove(here, here, archive(here), "addio", file)
    log = stored(company.house)
    export(here, archive(here), "addio", file, SECRET)
    certificate = remove(here, here, archive(here), "addio", file)
    assert rows_of(here, company_id) == {}
    assert list(papers.paths(open_store(archive(here)), company_id)) == []
    assert rows_of(here, other.house.company_id) == kept
    assert certificate.last_position == len(log)
    assert json.loads(certificate_of(file).read_text())["log_sha256"] == certificate.log_sha256
    with pytest.raises(UnknownCompany):
        companies.find(here.database, "addio")
    import_company(elsewhere, archive(elsewhere), file, passphrase=SECRET)
    assert stored(elsewhere.house("addio")) == log


def test_a_company_that_comes_back_is_folded_anew_by_a_daemon_that_knew_it(here: Installation, tmp_path: Path) -> None:
    company, file = lived_in(here, "ritorna"), tmp_path / "ritorna.libretto"
    here.daemon.catch_up()
    here.registry.generations(fresh=True)  # which were activated by that
    here.daemon.catch_up()
    closing.close(here.database, companies.find(here.database, "ritorna"), "closed")
    export(here, archive(here), "ritorna", file, SECRET)
    before = rows_of(here, company.house.company_id)
    remove(here, here, archive(here), "ritorna", file)
    here.daemon.catch_up()
    import_company(here, archive(here), file, passphrase=SECRET)
    here.daemon.catch_up()
    assert rows_of(here, company.house.company_id)["v_party_"] == before["v_party_"]


@pytest.mark.parametrize("name", ["company_head", "fact", "subject_key"])
def test_a_removal_that_was_interrupted_goes_on(
    here: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    slug = f"interrotta-{name.replace('_', '-')}"
    company, file = lived_in(here, slug), tmp_path / "x.libretto"
    closing.close(here.database, companies.find(here.database, slug), "closed")
    export(here, archive(here), slug, file, SECRET)
    delete = closing._delete

    def cut(connection: psycopg.Connection[tuple[object, ...]], table: str, company_id: UUID) -> None:
        delete(connection, table, company_id)
        if table == name:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(closing, "_delete", cut)
        with pytest.raises(KeyboardInterrupt):
            remove(here, here, archive(here), slug, file)
    remove(here, here, archive(here), slug, file)
    assert rows_of(here, company.house.company_id) == {}


def test_half_a_file_is_never_left(here: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lived_in(here, "meta")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(parcel, "close", full)
    with pytest.raises(OSError, match="No space"):
        export(here, archive(here), "meta", tmp_path / "meta.libretto", SECRET)
    assert list(tmp_path.iterdir()) == []


def test_a_process_that_knew_a_removed_company_finds_it_gone(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    company_id = here.open_house("svanita", uuid4()).company_id
    with Installation(here.settings) as other:
        assert other.house("svanita") is other.house("svanita")
        closing.clear(here.database, company_id)
        closing.strike_off(here.database, company_id)
        monkeypatch.setattr(wiring, "HOUSE_KEPT_S", 0.0)
        with pytest.raises(UnknownCompany):
            other.house("svanita")
        companies.create(here.database, uuid4(), "svanita")
        assert other.house("svanita").company_id != company_id
        known = other.house("svanita")
        assert other.house("svanita") is known, "asked again, and the same"
