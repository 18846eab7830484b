"""Renders ESC/POS with `emupos`, an emulator by others that knows nothing of Usher: `escpos.py BYTES WIDTH PNG`.

Only its tokenizer and its print model are used; its configuration (and what that needs) is left out.
Its sources use `type X = ...` of Python 3.12; that word is dropped, so that Python 3.11 can read them too.
"""

import importlib.machinery
import re
import sys
import types


class Plain(importlib.machinery.SourceFileLoader):
    def source_to_code(self, data, path, **options):
        return super().source_to_code(re.sub(rb"(?m)^type (\w+) =", rb"\1 =", bytes(data)), path, **options)


class Finder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if name.startswith("emupos") and spec and isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            spec.loader = Plain(spec.loader.name, spec.loader.path)
        return spec


sys.dont_write_bytecode = True
sys.meta_path.insert(0, Finder)
config = types.ModuleType("emupos.config")
config.PrinterProfile = object
sys.modules["emupos.config"] = config

from emupos.printer.escpos.model import PrintModel  # noqa: E402
from emupos.printer.escpos.tokenizer import Command, Tokenizer, Unknown  # noqa: E402

data, width, png = open(sys.argv[1], "rb").read(), int(sys.argv[2]), sys.argv[3]
cell = types.SimpleNamespace(width=12, height=24)
model = PrintModel(
    "printer", types.SimpleNamespace(width_dots=width, font_a=cell, font_b=cell, code_pages={}, default_code_page=0)
)
tokenizer = Tokenizer()
pages = []
for token in [*tokenizer.feed(data), tokenizer.close()]:
    if isinstance(token, Unknown):
        sys.exit(f"a command that the emulator does not know: {token.raw[:20]!r}")
    if isinstance(token, Command) and token.name == "GS V":
        pages.append(model.finish("cut"))
    elif token is not None:
        model.process(token)
if len(pages) != 1 or pages[0] is None:
    sys.exit(f"{len(pages)} pages were cut instead of 1")
with open(png, "wb") as file:
    file.write(pages[0].png)
