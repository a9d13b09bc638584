"""Countries as exports write them, in the languages of the platforms, to ISO 3166 alpha-2."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from types import MappingProxyType

from babel import Locale
from babel.numbers import get_territory_currencies

_LANGUAGES = ("en", "de", "fr", "es", "it", "ja", "zh_Hans", "zh_Hant")
_ALSO = MappingProxyType(
    {"uk": "GB", "great britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB"}
    | {"eire": "IE", "rsa": "ZA", "usa": "US", "united states of america": "US", "korea": "KR", "holland": "NL"}
    | {
        "czech republic": "CZ",
        "hong kong": "HK",
        "macau": "MO",
        "uae": "AE",
        "russian federation": "RU",
        "ee. uu.": "US",
    }
    | {"türkei": "TR", "turkey": "TR", "viet nam": "VN", "the netherlands": "NL", "republic of korea": "KR"}
    | {
        "香港": "HK",
        "澳门": "MO",
        "澳門": "MO",
        "台灣": "TW",
        "estados unidos": "US",
        "deu": "DE",
        "gbr": "GB",
        "fra": "FR",
    }
    | {"chn": "CN", "jpn": "JP", "esp": "ES", "ita": "IT", "can": "CA", "aus": "AU", "mex": "MX", "bra": "BR"}
)


@functools.cache
def _names() -> Mapping[str, str]:
    names = {}
    for language in reversed(_LANGUAGES):
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in ("EU", "EZ", "UN", "ZZ", "XA", "XB", "QO"):
                names[str(name).casefold()] = names[code.casefold()] = code
    return MappingProxyType(names | _ALSO)


def country_code(text: str) -> str | None:
    """The alpha-2 code, None where the text names no one country.

    >>> country_code("Deutschland"), country_code("us"), country_code("Unspecified")
    ('DE', 'US', None)
    """
    return _names().get(text.strip().casefold())


def currency_of(country: str) -> str:
    """The money of a country today."""
    return next(iter(get_territory_currencies(country)), "")
