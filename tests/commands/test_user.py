"""Users: let in once per address, roles granted and revoked, never without an administrator."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from aggregates.administrators import Administrators, LastAdministrator
from aggregates.user import EmailTaken, EmailWrong, KeyRolesTooWide, PasswordNotHashed, RoleUnknown, User, UserInactive
from tests.dsl import Company, do

ANNA = UUID("33333333-3333-3333-3333-333333333333")
BRUNO = UUID("44444444-4444-4444-4444-444444444444")
HASH = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$ZXhhbXBsZQ"
KEY: dict[str, Any] = {"label": "Gestionale", "key_hash": "ab" * 32}
ANNA_IN = do("register-user", user_id=ANNA, email="anna@example.it", name="Anna", roles=["administrator", "billing"])
BRUNO_IN = do("register-user", user_id=BRUNO, email="bruno@example.it", name="Bruno", roles=["dispatcher"])


def test_a_user_is_let_in_with_roles(company: Company) -> None:
    company.given().when(ANNA_IN).then(
        User.Registered,
        (User.RoleGranted, {"role": "administrator"}),
        (User.RoleGranted, {"role": "billing"}),
        (Administrators.Started, {"user_id": ANNA}),
    )
    shown = company.ask("user", user_id=ANNA)
    assert (shown["email"], shown["roles"], shown["has_password"]) == (
        "anna@example.it",
        ["administrator", "billing"],
        False,
    )


def test_an_address_belongs_to_one_user(company: Company) -> None:
    again = do("register-user", email="ANNA@example.it", name="Altra Anna")
    company.given(ANNA_IN).when(again).then_refused(EmailTaken)
    company.given(BRUNO_IN)
    taken = do("change-user", user_id=BRUNO, email="anna@example.it", name="Bruno")
    company.given().when(taken).then_refused(EmailTaken)


def test_what_is_not_an_address_is_refused(company: Company) -> None:
    company.given().when(do("register-user", email="anna at example", name="Anna")).then_refused(EmailWrong)


def test_an_unknown_role_is_refused(company: Company) -> None:
    company.given(ANNA_IN).when(do("grant-role", user_id=ANNA, role="king")).then_refused(RoleUnknown, role="king")


def test_a_role_granted_twice_is_one_fact(company: Company) -> None:
    grant = do("grant-role", user_id=BRUNO, role="sales")
    company.given(BRUNO_IN).when(grant).then((User.RoleGranted, {"role": "sales"}))
    company.given().when(grant).then_nothing()
    company.given().when(do("revoke-role", user_id=BRUNO, role="sales")).then(User.RoleRevoked)
    company.given().when(do("revoke-role", user_id=BRUNO, role="sales")).then_nothing()


def test_the_last_administrator_stays(company: Company) -> None:
    revoke = do("revoke-role", user_id=ANNA, role="administrator")
    leave = do("deactivate-user", user_id=ANNA)
    company.given(ANNA_IN, BRUNO_IN).when(revoke).then_refused(LastAdministrator)
    company.given().when(leave).then_refused(LastAdministrator)
    company.do("grant-role", user_id=BRUNO, role="administrator")
    company.given().when(leave).then(User.Deactivated, Administrators.Removed)
    company.given().when(do("deactivate-user", user_id=BRUNO)).then_refused(LastAdministrator)
    company.given().when(do("reactivate-user", user_id=ANNA)).then(User.Reactivated, Administrators.Added)


def test_a_password_arrives_only_as_a_hash(company: Company) -> None:
    company.given(ANNA_IN).when(do("set-password", user_id=ANNA, password_hash="segreta")).then_refused(
        PasswordNotHashed
    )
    company.given().when(do("set-password", user_id=ANNA, password_hash=HASH)).then(User.PasswordSet)
    company.given().when(do("set-password", user_id=ANNA, password_hash=HASH)).then_nothing()
    assert company.ask("user", user_id=ANNA)["has_password"]


def test_a_key_has_no_more_roles_than_its_user(company: Company) -> None:
    wide = do("make-api-key", user_id=BRUNO, roles=["billing"], **KEY)
    company.given(BRUNO_IN).when(wide).then_refused(KeyRolesTooWide, role="billing")


def test_a_key_loses_what_its_user_loses(company: Company) -> None:
    company.given(ANNA_IN)
    made = company.do("make-api-key", user_id=ANNA, roles=["billing", "administrator"], **KEY)
    company.do("revoke-role", user_id=ANNA, role="billing")
    assert key_row(company)["roles"] == ["administrator"]
    company.do("grant-role", user_id=ANNA, role="billing")
    assert key_row(company)["roles"] == ["billing", "administrator"]
    company.do("revoke-api-key", user_id=ANNA, key_id=made["key_id"])
    assert key_row(company)["revoked"]
    assert company.ask("user", user_id=ANNA)["keys"][0]["label"] == "Gestionale"


def test_a_deactivated_user_gets_nothing_new(company: Company) -> None:
    company.given(BRUNO_IN, do("deactivate-user", user_id=BRUNO))
    company.given().when(do("grant-role", user_id=BRUNO, role="sales")).then_refused(UserInactive)
    company.given().when(do("make-api-key", user_id=BRUNO, roles=[], **KEY)).then_refused(UserInactive)
    assert company.ask("users", active=True)["items"] == []


def test_users_are_listed_by_role_without_secrets(company: Company) -> None:
    company.given(ANNA_IN, BRUNO_IN, do("set-password", user_id=ANNA, password_hash=HASH))
    found = company.ask("users", role="billing")["items"]
    assert [user["name"] for user in found] == ["Anna"]
    assert HASH not in str(found)
    assert HASH not in str(company.ask("history", stream_id=ANNA))
    assert HASH not in str(company.ask("record", stream_id=ANNA))


def test_the_door_finds_a_user_by_address(company: Company) -> None:
    company.given(ANNA_IN, do("set-password", user_id=ANNA, password_hash=HASH))
    company.fold()
    row = company.house.reader.row("select * from {app_user} where lower(email) = 'anna@example.it' and active")
    assert row is not None
    assert (row["user_id"], row["password_hash"]) == (ANNA, HASH)


def test_names_and_addresses_are_sealed_in_the_log(company: Company) -> None:
    company.given(ANNA_IN)
    with company.installation.database.company(company.house.company_id) as connection:
        stored = connection.execute("select state from fact where stream_id = %s", (ANNA,)).fetchall()
    assert b"anna@example.it" not in b"".join(bytes(row[0]) for row in stored)


def key_row(company: Company) -> dict[str, Any]:
    company.fold()
    row = company.house.reader.row("select * from {api_key} where key_hash = %(hash)s", {"hash": KEY["key_hash"]})
    assert row is not None
    return row
