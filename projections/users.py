"""Users, their roles and their keys (utenti): what the door needs to know, and a list without secrets."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from aggregates.user import User
from projections.base import Ask, Page, Reader, ReadModel, Row, Rows, Table, on, page

USER = Table(
    "app_user",
    {
        "user_id": "uuid", "email": "text", "name": "text", "technician_id": "uuid", "locale": "text",
        "roles": "jsonb", "password_hash": "text", "active": "boolean",
    },
    ("user_id",),
    ("lower(email)", "technician_id"),
)  # fmt: skip
KEY = Table(
    "api_key",
    {
        "key_hash": "text", "key_id": "uuid", "user_id": "uuid", "label": "text", "roles": "jsonb",
        "asked_roles": "jsonb", "expires_at": "timestamptz", "revoked": "boolean",
    },
    ("key_hash",),
    ("user_id", "key_id"),
)  # fmt: skip


class Users(ReadModel):
    """Who may enter."""

    NAME = "users"
    TABLES = (USER, KEY)

    @on(User.Registered)
    def registered(self, fact: User.Registered, rows: Rows) -> None:
        """A user appears, with no role and no password."""
        rows.put(USER, {"user_id": fact.stream_id, "roles": [], "active": True, **fact.details.model_dump()})

    @on(User.DetailsChanged)
    def changed(self, fact: User.DetailsChanged, rows: Rows) -> None:
        """The list shows the user as they are now."""
        rows.patch(USER, fact.stream_id, **fact.details.model_dump())

    @on(User.RoleGranted)
    def granted(self, fact: User.RoleGranted, rows: Rows) -> None:
        """The user has one more role."""
        user = rows.get(USER, fact.stream_id)
        if user is not None:
            self._give(user, sorted({*user["roles"], fact.role}), rows)

    @on(User.RoleRevoked)
    def revoked(self, fact: User.RoleRevoked, rows: Rows) -> None:
        """The user has one role less, and so have their keys."""
        user = rows.get(USER, fact.stream_id)
        if user is not None:
            self._give(user, [role for role in user["roles"] if role != fact.role], rows)

    def _give(self, user: Row, roles: list[str], rows: Rows) -> None:
        rows.patch(USER, user["user_id"], roles=roles)
        for key in rows.select(KEY, user_id=user["user_id"]):
            rows.patch(KEY, key["key_hash"], roles=[role for role in key["asked_roles"] if role in roles])

    @on(User.PasswordSet)
    def password_set(self, fact: User.PasswordSet, rows: Rows) -> None:
        """The user enters with another password."""
        rows.patch(USER, fact.stream_id, password_hash=fact.password_hash)

    @on(User.KeyMade)
    def key_made(self, fact: User.KeyMade, rows: Rows) -> None:
        """A program may enter."""
        key = fact.key
        fields = key.model_dump(include={"key_hash", "key_id", "label", "expires_at"})
        asked = list(key.roles)
        rows.put(KEY, {**fields, "user_id": fact.stream_id, "roles": asked, "asked_roles": asked, "revoked": False})

    @on(User.KeyRevoked)
    def key_revoked(self, fact: User.KeyRevoked, rows: Rows) -> None:
        """A program may enter no more."""
        for key in rows.select(KEY, user_id=fact.stream_id, key_id=fact.key_id):
            rows.patch(KEY, key["key_hash"], revoked=True)

    @on(User.Deactivated)
    def deactivated(self, fact: User.Deactivated, rows: Rows) -> None:
        """The user may enter no more."""
        rows.patch(USER, fact.stream_id, active=False)

    @on(User.Reactivated)
    def reactivated(self, fact: User.Reactivated, rows: Rows) -> None:
        """The user may enter again."""
        rows.patch(USER, fact.stream_id, active=True)


def user_by_email(reader: Reader, email: str) -> UUID | None:
    """See `Lookups.user_by_email`."""
    row = reader.row("select user_id from {app_user} where lower(email) = lower(%(email)s)", {"email": email})
    return row["user_id"] if row else None


class FindUsers(Page):
    """Users, perhaps those of a role."""

    role: str | None = None
    active: bool | None = None


def find_users(reader: Reader, ask: FindUsers) -> dict[str, Any]:
    """The users by name."""
    return page(
        reader,
        ask,
        """select user_id, email, name, technician_id, locale, roles, active, password_hash is not null as has_password
             from {app_user}
            where (%(role)s::text is null or roles ? %(role)s)
              and (%(active)s::boolean is null or active = %(active)s)""",
        order=("name", "user_id"),
    )


class UserSheet(Ask):
    """One user."""

    user_id: UUID


def user_sheet(reader: Reader, ask: UserSheet) -> dict[str, Any] | None:
    """The user with the labels of their keys; no secret is shown."""
    params = {"user_id": ask.user_id}
    user = reader.row(
        """select user_id, email, name, technician_id, locale, roles, active, password_hash is not null as has_password
             from {app_user} where user_id = %(user_id)s""",
        params,
    )
    if user is None:
        return None
    user["keys"] = reader.rows(
        """select key_id, label, roles, expires_at, revoked from {api_key}
            where user_id = %(user_id)s order by label, key_id""",
        params,
    )
    return user
