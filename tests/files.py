"""Make files as people have them, by the libraries that make real ones."""

import io
import struct
import zipfile
from functools import cache

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from olefile import MAGIC
from PIL import Image


def parameter_id(value):
    """Return the name of a test by one of its parameters: never by content, of which some is new each time."""
    return value if isinstance(value, str) else "content"


@cache
def picture_bytes(kind="PNG", shade="white", size=(8, 8)):
    content = io.BytesIO()
    Image.new("RGB", size, shade).save(content, kind)
    return content.getvalue()


def picture(name="screen.png", shade="white"):
    return SimpleUploadedFile(name, picture_bytes(shade=shade))


def pdf_bytes(text="Our policy", *, change=None, pages=1, **options):
    """Return a PDF with a text; `change` makes more of it before it is saved with `options`."""
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
    document.save(content, deterministic_id="encryption" not in options, **options)
    return content.getvalue()


SCRIPT = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
MAIL = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://mail.example")


def add_open_action(action):
    def change(document):
        document.Root.OpenAction = action

    return change


def add_link(action):
    def change(document):
        link = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=action
        )
        document.pages[0].Annots = pikepdf.Array([document.make_indirect(link)])

    return change


def pack_script(document):
    document.Root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=["a", SCRIPT]))


def pack_program(document):
    document.attachments["a.exe"] = b"MZ"


def launch_from_elsewhere(document):
    elsewhere = document.make_indirect(pikepdf.Name.Launch)
    document.Root.Elsewhere = document.make_indirect(pikepdf.Dictionary(S=elsewhere, F="cmd.exe"))


def add_media_elsewhere(document):
    elsewhere = document.make_indirect(pikepdf.Name.RichMedia)
    document.Root.Elsewhere = pikepdf.Dictionary(Subtype=elsewhere)


def chain_open_action(document):
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.GoTo, D=[0, pikepdf.Name.Fit], Next=MAIL)


def act_on_page(document):
    document.pages[0].AA = pikepdf.Dictionary(O=MAIL)


def add_xfa_form(document):
    parts = document.make_stream(b"<xdp><script>app.alert(1)</script></xdp>")
    document.Root.AcroForm = pikepdf.Dictionary(XFA=parts, Fields=pikepdf.Array())


def put_lists_for_names(document):
    document.Root.Elsewhere = pikepdf.Dictionary(S=pikepdf.Array([1]), Type=pikepdf.Array())


HARMFUL = (
    (add_open_action(SCRIPT), "runs a script"),
    (add_open_action(pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe")), "starts something"),
    (add_open_action(MAIL), "starts something"),
    (add_link(SCRIPT), "runs a script"),
    (add_link(pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe")), "starts something"),
    (pack_script, "runs a script"),
    (launch_from_elsewhere, "starts something"),
    (add_media_elsewhere, "starts something"),
    (chain_open_action, "starts something"),
    (act_on_page, "starts something"),
    (pack_program, "has another file packed into it"),
    (add_xfa_form, "XFA"),
)
"""Changes that make a PDF more than pages, each with a word of the refusal."""
HARMLESS = (
    add_open_action(pikepdf.Dictionary(S=pikepdf.Name.GoTo, D=[0, pikepdf.Name.Fit])),
    add_open_action(pikepdf.Array([0, pikepdf.Name.Fit])),
    add_link(MAIL),
    lambda document: setattr(document.Root, "AcroForm", pikepdf.Dictionary(Fields=pikepdf.Array())),
    put_lists_for_names,
)


def pdf(name="policy.pdf", text="Our policy", **options):
    return SimpleUploadedFile(name, pdf_bytes(text, **options))


def zip_bytes(parts):
    """Return a ZIP of parts by their names."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


WORD_XML = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def content_types(**types_by_part):
    """Return the part of an office document that declares the types of its parts, by their names."""
    overrides = "".join(
        f'<Override PartName="{name}" ContentType="{type_}"/>' for name, type_ in types_by_part.items()
    )
    return f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{overrides}</Types>'


def word_document(**parts):
    """Return a Word document, with more parts by their names."""
    return zip_bytes(
        {"[Content_Types].xml": content_types(), "word/document.xml": f"<w:document {WORD_XML}/>"} | parts
    )


def opendocument_text(**parts):
    """Return an OpenDocument text, with more parts by their names."""
    return zip_bytes({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"} | parts)


def ole_document(*names, **storages):
    """Return a document of the old Office, or an Outlook message.

    `names` are parts with nothing in them, `storages` hold parts with content.
    """
    nothing, end, is_table = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    entries, contents, shape = [], [], "<64sHBBIII36xIII"
    count = 1 + len(names) + sum(1 + len(parts) for parts in storages.values())
    directory_sectors = -(-count // 4)  # sectors
    sector = 1 + directory_sectors

    def add(name, kind, right=nothing, child=nothing, start=0, size=0):
        encoded = (name + "\0").encode("utf-16-le")
        entries.append(
            struct.pack(shape, encoded, len(encoded), kind, 1, nothing, right, child, start, size, 0)
        )

    add("Root Entry", 5, child=1)
    for at, name in enumerate(names, start=1):
        add(name, 2, right=nothing if at == len(names) and not storages else at + 1)
    for number, (name, parts) in enumerate(storages.items(), start=1):
        position = len(entries)
        following = nothing if number == len(storages) else position + 1 + len(parts)
        add(name, 1, right=following, child=position + 1)
        for at, (part, content) in enumerate(parts.items(), start=1):
            content = content.ljust(4096, b"\0")  # what is shorter stands elsewhere
            add(part, 2, nothing if at == len(parts) else len(entries) + 1, start=sector, size=len(content))
            contents.append(content.ljust(-(-len(content) // 512) * 512, b"\0"))
            sector += len(contents[-1]) // 512
    chain = [is_table, *range(2, directory_sectors + 1), end]
    for content in contents:
        chain += [*range(len(chain) + 1, len(chain) + len(content) // 512), end]
    table = struct.pack("<128I", *chain, *[nothing] * (128 - len(chain)))
    sizes = struct.pack("<HHHHH6xIIIIIIIIII", 62, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end, 0, 0)
    header = MAGIC + bytes(16) + sizes + struct.pack("<108I", *[nothing] * 108)
    return header + table + b"".join(entries).ljust(directory_sectors * 512, b"\0") + b"".join(contents)


def outlook_message(content, name="", short=""):
    """Return an Outlook message with something attached."""
    names = {"__substg1.0_3707001F": name, "__substg1.0_3704001F": short}
    parts = {prop: value.encode("utf-16-le") for prop, value in names.items() if value}
    return ole_document(
        "__properties_version1.0",
        **{"__attach_version1.0_#00000000": {"__substg1.0_37010102": content} | parts},
    )
