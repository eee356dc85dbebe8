"""The certificate's content (certificato di cancellazione): what the request's facts say, without the person."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from aggregates.erasure import Erasure, ErasureScope, IdentityCheck, SubjectKind
from aggregates.rules.retention import Ground
from aggregates.values import Address, Keep
from projections.base import Recorded
from projections.documents.content import Customer, Source
from projections.documents.content_erasure_certificate import ErasedPart, ErasureCertificateContent, MendedView
from projections.documents.identities import own_letterhead
from projections.documents.records import Records

SUBJECTS = {
    SubjectKind.PARTY: "cliente, utilizzatore o fornitore, con referenti e firmatari",
    SubjectKind.PERSON: "singola persona (referente, chiamante o firmatario)",
    SubjectKind.TECHNICIAN: "tecnico",
    SubjectKind.USER: "utente del programma",
}
IDENTITIES = {
    IdentityCheck.IN_PERSON: "di persona",
    IdentityCheck.KNOWN_ADDRESS: "con risposta da un recapito già noto",
    IdentityCheck.SIGNED: "con richiesta sottoscritta",
    IdentityCheck.REPRESENTATIVE: "tramite rappresentante con delega",
    IdentityCheck.AUTHORITY: "tramite l'autorità",
}
WHAT = {
    Keep.OPERATIONAL: "Anagrafica, recapiti, indirizzi, note, messaggi, allegati",
    Keep.SERVICE: "Prove del servizio: consegne, firme richieste, ricevute",
    Keep.FISCAL: "Scritture contabili: fatture, DDT, ordini, contratti, rapporti, pagamenti",
    Keep.ACCESS: "Registri degli accessi",
}
WHY = {
    Ground.NO_GROUND: "nessun obbligo di conservazione",
    Ground.LAW: "obbligo di legge: art. 17(3)(b) GDPR, art. 2220 c.c.",
    Ground.CLAIMS: "tutela di diritti: art. 17(3)(e) GDPR",
    Ground.SECURITY: "sicurezza dei sistemi: art. 17(3)(e) GDPR",
}
NOBODY = Customer(name="Alla persona interessata", address=Address(street="–", postcode="–", town="–"), kind="consumer")


def erasure_certificate(
    erasure: Erasure,
    fact: Erasure.CarriedOut,
    told: Sequence[Recorded],
    records: Records,
    *,
    company_id: UUID,
    source: Sequence[Source],
) -> ErasureCertificateContent:
    """How a request stands after one of its scopes was carried out."""
    asked = next(one.fact for one in told if isinstance(one.fact, Erasure.Asked))
    gone = {one.fact.keep: one.fact for one in told if isinstance(one.fact, Erasure.CarriedOut)}
    return ErasureCertificateContent(
        issuer=own_letterhead(records, company_id),
        customer=NOBODY,
        source=tuple(source),
        number=str(erasure.id)[-8:].upper(),
        issued_on=fact.carried_out_on,
        subject=SUBJECTS[asked.subject.kind],
        subject_id=str(asked.subject.id),
        asked_on=asked.asked_on,
        identity=IDENTITIES[asked.identity],
        decided_on=erasure.decided_on or fact.carried_out_on,
        parts=tuple(_part(scope, gone.get(scope.keep)) for scope in erasure.scopes),
        views=tuple(MendedView(table=one.table, rows=one.rows) for one in fact.mended),
    )


def _part(scope: ErasureScope, gone: Erasure.CarriedOut | None) -> ErasedPart:
    counts = (
        {"keys": gone.keys, "documents": gone.documents, "files": gone.files} if gone else {"keys": len(scope.keys)}
    )
    return ErasedPart(
        what=WHAT[scope.keep],
        why=WHY[scope.ground],
        gone_on=gone.carried_out_on if gone else None,
        erase_on=scope.erase_on,
        **counts,
    )
