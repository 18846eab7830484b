"""Renders Brother's raster with the reader of `brother_ql`, which knows nothing of Usher: `brother.py BYTES PNG`."""

import os
import sys

from brother_ql.reader import BrotherQLReader, chunker

data, png = sys.argv[1], sys.argv[2]
with open(data, "rb") as file:
    # Raises where the reader itself would only warn of an unknown command and go on.
    chunker(file.read(), raise_exception=True)
reader = BrotherQLReader(data)
reader.filename_fmt = png + "-{counter}.png"
reader.analyse()
if reader.page_counter != 2:
    sys.exit(f"{reader.page_counter - 1} pages were printed instead of 1")
if reader.raster_no != len(reader.black_rows):
    sys.exit(f"{reader.raster_no} lines were announced and {len(reader.black_rows)} sent")
os.rename(png + "-1.png", png)
