"""Words as people write them (parole): headers, names of files, yes and no compared without accents or case."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache


def normalise(text: str) -> str:
    """Lower case, no accents, letters and digits only, single spaces: `Cod. Attività ` is `cod attivita`.

    The underscore, the point and the hyphen count as spaces, so that `P.IVA`, `p_iva` and `P. Iva` are equal.
    """
    bare = "".join(mark for mark in unicodedata.normalize("NFKD", text) if not unicodedata.combining(mark))
    bare = bare.replace("%", " percent ").replace("#", " number ").replace("€", " ").replace("°", " ")
    return " ".join(re.findall(r"[a-z0-9]+", bare.casefold()))


@lru_cache(maxsize=4096)
def key_of(text: str) -> str:
    """`normalise` without the spaces, so that `P.IVA` equals `PIVA` and `CodiceCliente` equals `codice cliente`."""
    return normalise(text).replace(" ", "")
