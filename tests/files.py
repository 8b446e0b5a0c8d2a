"""Files as people have them, made by what makes real ones."""

import io
import struct
import zipfile
from functools import cache

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from olefile import MAGIC
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


SCRIPT = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
MAIL = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://mail.example")


def opens_with(action):
    def change(document):
        document.Root.OpenAction = action

    return change


def links_to(action):
    def change(document):
        link = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=action
        )
        document.pages[0].Annots = pikepdf.Array([document.make_indirect(link)])

    return change


def packs_script(document):
    document.Root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=["a", SCRIPT]))


def packs_program(document):
    document.attachments["a.exe"] = b"MZ"


def starts_from_elsewhere(document):
    elsewhere = document.make_indirect(pikepdf.Name.Launch)
    document.Root.Elsewhere = document.make_indirect(pikepdf.Dictionary(S=elsewhere, F="cmd.exe"))


def moves_from_elsewhere(document):
    elsewhere = document.make_indirect(pikepdf.Name.RichMedia)
    document.Root.Elsewhere = pikepdf.Dictionary(Subtype=elsewhere)


def goes_on(document):
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.GoTo, D=[0, pikepdf.Name.Fit], Next=MAIL)


def acts_on_a_page(document):
    document.pages[0].AA = pikepdf.Dictionary(O=MAIL)


def is_form_of_one_program(document):
    parts = document.make_stream(b"<xdp><script>app.alert(1)</script></xdp>")
    document.Root.AcroForm = pikepdf.Dictionary(XFA=parts, Fields=pikepdf.Array())


def says_a_list(document):
    document.Root.Elsewhere = pikepdf.Dictionary(S=pikepdf.Array([1]), Type=pikepdf.Array())


HARMFUL = (
    (opens_with(SCRIPT), "runs a script"),
    (opens_with(pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe")), "starts something"),
    (opens_with(MAIL), "starts something"),
    (links_to(SCRIPT), "runs a script"),
    (links_to(pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe")), "starts something"),
    (packs_script, "runs a script"),
    (starts_from_elsewhere, "starts something"),
    (moves_from_elsewhere, "starts something"),
    (goes_on, "starts something"),
    (acts_on_a_page, "starts something"),
    (packs_program, "has another file packed into it"),
    (is_form_of_one_program, "XFA"),
)
"""What makes a PDF more than pages, and what to call it."""
HARMLESS = (
    opens_with(pikepdf.Dictionary(S=pikepdf.Name.GoTo, D=[0, pikepdf.Name.Fit])),
    opens_with(pikepdf.Array([0, pikepdf.Name.Fit])),
    links_to(MAIL),
    lambda document: setattr(document.Root, "AcroForm", pikepdf.Dictionary(Fields=pikepdf.Array())),
    says_a_list,
)


def pdf(name="policy.pdf", text="Our policy", **how):
    return SimpleUploadedFile(name, written(text, **how))


def packed(parts):
    """A ZIP of parts by their names."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


WORD_XML = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def types(**of_parts):
    """What the parts of an office document are said to be, by their names."""
    said = "".join(f'<Override PartName="{name}" ContentType="{type_}"/>' for name, type_ in of_parts.items())
    return f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{said}</Types>'


def office(**parts):
    """A Word document, with more parts by their names."""
    return packed({"[Content_Types].xml": types(), "word/document.xml": f"<w:document {WORD_XML}/>"} | parts)


def open_text(**parts):
    """An OpenDocument text, with more parts by their names."""
    return packed({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"} | parts)


def old_office(*names, **storages):
    """A document of the old Office, or an Outlook message: parts with nothing in them, and storages of parts with content."""
    nothing, end, is_table = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    entries, contents, shape = [], [], "<64sHBBIII36xIII"
    count = 1 + len(names) + sum(1 + len(parts) for parts in storages.values())
    listed_in = -(-count // 4)  # sectors
    sector = 1 + listed_in

    def add(name, what, right=nothing, child=nothing, start=0, size=0):
        said = (name + "\0").encode("utf-16-le")
        entries.append(struct.pack(shape, said, len(said), what, 1, nothing, right, child, start, size, 0))

    add("Root Entry", 5, child=1)
    for at, name in enumerate(names, start=1):
        add(name, 2, right=nothing if at == len(names) and not storages else at + 1)
    for place, (name, parts) in enumerate(storages.items(), start=1):
        here = len(entries)
        after = nothing if place == len(storages) else here + 1 + len(parts)
        add(name, 1, right=after, child=here + 1)
        for at, (part, content) in enumerate(parts.items(), start=1):
            content = content.ljust(4096, b"\0")  # what is shorter stands elsewhere
            add(part, 2, nothing if at == len(parts) else len(entries) + 1, start=sector, size=len(content))
            contents.append(content.ljust(-(-len(content) // 512) * 512, b"\0"))
            sector += len(contents[-1]) // 512
    chain = [is_table, *range(2, listed_in + 1), end]
    for content in contents:
        chain += [*range(len(chain) + 1, len(chain) + len(content) // 512), end]
    table = struct.pack("<128I", *chain, *[nothing] * (128 - len(chain)))
    sizes = struct.pack("<HHHHH6xIIIIIIIIII", 62, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end, 0, 0)
    header = MAGIC + bytes(16) + sizes + struct.pack("<108I", *[nothing] * 108)
    return header + table + b"".join(entries).ljust(listed_in * 512, b"\0") + b"".join(contents)


def outlook(content, name="", short=""):
    """An Outlook message with something attached."""
    names = {"__substg1.0_3707001F": name, "__substg1.0_3704001F": short}
    parts = {prop: said.encode("utf-16-le") for prop, said in names.items() if said}
    return old_office(
        "__properties_version1.0",
        **{"__attach_version1.0_#00000000": {"__substg1.0_37010102": content} | parts},
    )
