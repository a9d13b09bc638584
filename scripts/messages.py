"""Collects every text for the reader into dashboard/locale/messages.pot, from which translators start.

    .venv/bin/python scripts/messages.py            writes the template, and brings every catalogue up to date with it
    .venv/bin/python scripts/messages.py zh_Hant    begins a new catalogue, then as above

A new language needs nothing else: its catalogue is found and compiled when the dashboard starts.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "dashboard" / "locale"
TEMPLATE = LOCALE / "messages.pot"
MARKS = {
    "_": None,
    "N_": None,
    "ngettext": (1, 2),
    "Sentence": None,
    "InputError": None,
    "CellError": (2,),  # after the column
    "_CellError": (2,),
    "Column": (3,),  # of a table of the order history: its meaning
}
PLACES = ("dashboard", "pages", "risk")


def collected() -> Catalog:
    """Every marked text of the product, sorted, with the files that it stands in."""
    catalog = Catalog(project="risk", charset="utf-8", fuzzy=False)
    for path, message, comments in _marked():
        catalog.add(message, None, [(path, 0)], auto_comments=comments)
    return catalog


def _marked() -> Iterator[tuple[str, str | tuple[str, ...], list[str]]]:
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    for path, _line, message, comments, _context in extract_from_dir(
        ROOT, methods, options, keywords=MARKS, directory_filter=_ours, strip_comment_tags=True
    ):
        yield path, message, comments


def _ours(folder: str | Path) -> bool:
    return Path(folder).resolve().relative_to(ROOT).parts[:1] in {(place,) for place in PLACES}


def write(catalog: Catalog, path: Path) -> None:
    """Write a catalogue without line numbers, so that it changes only when a text does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, sort_output=True, include_lineno=False, omit_header=path == TEMPLATE, width=120)


def main(new: list[str]) -> None:
    """Write the template and update the catalogues, those of new languages too."""
    template = collected()
    write(template, TEMPLATE)
    there = [path.parts[-3] for path in LOCALE.glob("*/LC_MESSAGES/messages.po")]
    for language in sorted({*there, *new}):
        path = LOCALE / language / "LC_MESSAGES" / "messages.po"
        catalog = Catalog(locale=language, project="risk")
        if path.exists():
            with path.open("rb") as file:
                catalog = read_po(file, locale=language)
        catalog.update(template, no_fuzzy_matching=True)
        write(catalog, path)


if __name__ == "__main__":
    main(sys.argv[1:])
