"""Countries (nazioni): ISO 3166 codes, and the names in Italian and English of those a service company deals with."""

from __future__ import annotations

from gateways.imports.words import key_of

ISO = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC
CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD
GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH
KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW
MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC
SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY
UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW
"""
CODES = frozenset(ISO.split())

NAMES = """
IT Italia, Italy; SM San Marino, Repubblica di San Marino; VA Vaticano, Città del Vaticano, Vatican City
DE Germania, Germany; AT Austria; CH Svizzera, Switzerland; FR Francia, France; MC Monaco; ES Spagna, Spain
PT Portogallo, Portugal; BE Belgio, Belgium; NL Paesi Bassi, Olanda, Netherlands; LU Lussemburgo, Luxembourg
GB Regno Unito, Gran Bretagna, Inghilterra, United Kingdom, UK; IE Irlanda, Ireland; DK Danimarca, Denmark
SE Svezia, Sweden; NO Norvegia, Norway; FI Finlandia, Finland; IS Islanda, Iceland; PL Polonia, Poland
CZ Repubblica Ceca, Cechia, Czech Republic, Czechia; SK Slovacchia, Slovakia; HU Ungheria, Hungary; SI Slovenia
HR Croazia, Croatia; BA Bosnia, Bosnia ed Erzegovina, Bosnia and Herzegovina; RS Serbia; ME Montenegro
AL Albania; MK Macedonia del Nord, North Macedonia; GR Grecia, Greece; CY Cipro, Cyprus; MT Malta; RO Romania
BG Bulgaria; MD Moldavia, Moldova; UA Ucraina, Ukraine; EE Estonia; LV Lettonia, Latvia; LT Lituania, Lithuania
LI Liechtenstein; AD Andorra; TR Turchia, Turkey; RU Russia; US Stati Uniti, Stati Uniti d'America, United States, USA
CA Canada; MX Messico, Mexico; BR Brasile, Brazil; AR Argentina; CN Cina, China; JP Giappone, Japan; IN India
KR Corea del Sud, South Korea; TW Taiwan; HK Hong Kong; AU Australia; NZ Nuova Zelanda, New Zealand
MA Marocco, Morocco; TN Tunisia; DZ Algeria; EG Egitto, Egypt; IL Israele, Israel; ZA Sudafrica, South Africa
AE Emirati Arabi Uniti, United Arab Emirates; SA Arabia Saudita, Saudi Arabia
"""


def _table() -> dict[str, str]:
    table = {key_of(code): code for code in CODES}
    for entry in NAMES.replace("\n", ";").split(";"):
        code, _, names = entry.strip().partition(" ")
        table |= {key_of(name): code for name in names.split(",") if name.strip()}
    return table


COUNTRIES = _table()
"""ISO codes by code or name, ready to compare."""
