"""Files as people have them, made by what makes real ones."""

import io
import zipfile
from functools import cache

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def named(value):
    """What a test is called by one of its values: no content, of which some is new each time."""
    return value if isinstance(value, str) else "content"


@cache
def drawn(kind="PNG", shade="white", size=(8, 8)):
    content = io.BytesIO()
    Image.new("RGB", size, shade).save(content, kind)
    return content.getvalue()


def picture(name="screen.png", shade="white"):
    return SimpleUploadedFile(name, drawn(shade=shade))


def written(text="Our policy", *, change=None, pages=1, **how):
    """A PDF that says something; `change` makes more of it before it is saved."""
    document = pikepdf.new()
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    for _ in range(pages):
        document.add_blank_page()
        page = document.pages[-1]
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        page.Contents = document.make_stream(f"BT /F1 12 Tf 20 20 Td ({text}) Tj ET".encode("latin-1"))
    if change:
        change(document)
    content = io.BytesIO()
    document.save(content, deterministic_id="encryption" not in how, **how)
    return content.getvalue()


def pdf(name="policy.pdf", text="Our policy", **how):
    return SimpleUploadedFile(name, written(text, **how))


def packed(parts):
    """A ZIP of parts by their names."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def office(**parts):
    """A Word document, with more parts by their names."""
    types = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    return packed({"[Content_Types].xml": types, "word/document.xml": "<w:document/>"} | parts)
