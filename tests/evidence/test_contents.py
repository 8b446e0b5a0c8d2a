"""The kind of a file is told by its content."""

import binascii
import email.message
import io
import os
import struct
import zipfile
from email.message import EmailMessage

import pikepdf
import pytest
from olefile import MAGIC

from cha_engagement.evidence import office, pdfs
from cha_engagement.evidence.contents import Harmful, read_kind

from .. import files


def mail(charset="utf-8"):
    message = email.message.EmailMessage()
    message["From"], message["To"], message["Subject"] = "orla@mail.example", "us@lochside.example", "Straße"
    message.set_content("Grüße", charset=charset)
    message.add_alternative("<html><script>alert(1)</script></html>", subtype="html")
    message.add_attachment(files.picture_bytes(), maintype="image", subtype="png")
    return bytes(message)


def kind(content, name=""):
    return read_kind(io.BytesIO(content), name).words


def refusal_of(content, name=""):
    with pytest.raises(Harmful) as harmful:
        read_kind(io.BytesIO(content), name)
    return str(harmful.value)


LIMITS = pikepdf.Encryption(owner="o", user="", allow=pikepdf.Permissions(extract=False))
OLD_MAIL = "From: orla@mail.example\r\nSubject: Stra\xdfe\r\nDate: today\r\n\r\nGr\xfc\xdfe".encode("latin-1")
PROGRAM = b"MZ\x90\x00\x03" + bytes(200)
MACROS = files.word_document(**{"word/vbaProject.bin": "x"})
ZIP = files.zip_bytes({"a.txt": "x"})
FTYP = b"\x00\x00\x00\x18ftyp"


def email_with_attachment(name, content, subtype="octet-stream", **headers):
    """Return an email with something attached, whose headers have these values, with a _ for a hyphen in their names."""
    message = EmailMessage()
    message["From"], message["Subject"], message["Date"] = "orla@mail.example", "Look", "today"
    message.set_content("See what is attached.")
    message.add_attachment(content, maintype="application", subtype=subtype, filename=name)
    attached = message.get_payload()[1]
    for header, value in headers.items():
        del attached[header.replace("_", "-")]
        attached[header.replace("_", "-")] = value
    return message.as_bytes()


def remove_lines(beginnings, content):
    """Return an email without the lines that begin so."""
    return b"\n".join(line for line in content.split(b"\n") if not line.startswith(beginnings))


SIGNED = b"0\x82\x10\x00\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02" + bytes(999)
PGP_SIGNED = b"-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----\n"
PROGRAM_MAIL = email_with_attachment(None, PROGRAM)
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def relation(kind, rest):
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a" Type="{kind}" {rest}/></Relationships>'


ELSEWHERE = 'Target="https://x.example/a" TargetMode="External"'
FETCHES = relation(f"{RELATIONS}/attachedTemplate", ELSEWHERE)
LINKS = relation(f"{RELATIONS}/hyperlink", ELSEWHERE)


def document_with_relation(kind, rest):
    return files.word_document(**{"word/_rels/document.xml.rels": relation(kind, rest)})


def document_with_text(words, xmlns=files.WORD_XML):
    return files.word_document(**{"word/document.xml": f"<w:document {xmlns}>{words}</w:document>"})


def document_with_media_type(name, media_type):
    return files.word_document(**{"[Content_Types].xml": files.content_types(**{name: media_type})})


def listens(namespace, prefix="script"):
    return files.opendocument_text(
        **{"content.xml": f'<{prefix}:event-listener xmlns:{prefix}="{namespace}"/>'}
    )


OASIS = "urn:oasis:names:tc:opendocument:xmlns"
BEGIN, END = (f'<w:fldChar w:fldCharType="{mark}"/>' for mark in ("begin", "end"))
FIELD = f"{BEGIN}<w:instrText>DDE</w:instrText><w:r/><w:instrText>AUTO c:\\\\cmd</w:instrText>{END}"
UUENCODED = b"\n\nbegin 644 a.exe\n" + binascii.b2a_uu(PROGRAM[:45]) + b"`\nend\n"


def sheet(formula, rest=""):
    xmlns = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    cell = f'<worksheet xmlns="{xmlns}"><c><f>{formula}</f></c>{rest}</worksheet>'
    return files.zip_bytes(SHEET | {"xl/worksheets/sheet1.xml": cell})


def workbook_with_dropdown(formula):
    """Return a workbook with a dropdown whose choices stand on another sheet, as Excel writes it."""
    xmlns = 'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"'
    return sheet("1", f"<extLst {xmlns}><x14:formula1>{formula}</x14:formula1></extLst>")


def damage_part(content, part, *, at, compression=zipfile.ZIP_DEFLATED):
    """Return an office document with a part whose packed bytes cannot be read."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", compression) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        start = new.getinfo(part).header_offset + 30 + len(part) + at
    return file.getvalue()[:start] + b"\xff" + file.getvalue()[start + 1 :]


DAMAGED = damage_part(files.word_document(), "word/document.xml", at=0)
DAMAGED_LZMA = damage_part(files.word_document(), "word/document.xml", at=4, compression=zipfile.ZIP_LZMA)
PROPERTIES = "package/services/metadata/core-properties/a.psmdcp"


def document_of_dot_net(properties):
    types = '<Types><Default Extension="psmdcp" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
    return files.word_document(**{"[Content_Types].xml": types, PROPERTIES: properties})


def shows(element, rest):
    xmlns = f'xmlns:o="{OASIS}:drawing:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return files.opendocument_text(**{"content.xml": f"<o:{element} {xmlns} {rest}/>"})


SHEET = {"xl/workbook.xml": "<workbook/>", "[Content_Types].xml": files.content_types()}
NOT_UTF = '<?xml version="1.0" encoding="windows-1252"?><a/>'


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("screen.png", files.picture_bytes(), "a PNG picture"),
        ("IMG_1.JPG", files.picture_bytes("JPEG"), "a JPEG picture"),
        ("saved from the web.jpg", files.picture_bytes("WEBP"), "a WEBP picture"),
        ("a.gif", files.picture_bytes("GIF"), "a GIF picture"),
        ("a.bmp", files.picture_bytes("BMP"), "a BMP picture"),
        ("scan.tif", files.picture_bytes("TIFF"), "a TIFF picture"),
        ("IMG_3.jpg", files.picture_bytes("JPEG") + b"\x07<svG\x93\x00\x11<HtML\xfe<?pHp\x80", "a JPEG picture"),
        ("IMG_2.HEIC", FTYP + b"heic" + bytes(99), "a photo"),
        ("door.mp4", FTYP + b"mp42" + bytes(99), "a recording"),
        ("call.m4a", FTYP + b"M4A " + bytes(99), "a recording"),
        ("call.amr", b"#!AMR\n" + bytes(99), "a recording"),
        ("call.wav", b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(99), "a recording"),
        ("call.mp3", b"ID3\x03" + bytes(99), "a recording"),
        ("call.mp3", b"\xff\xfb\x90\x44" + bytes(99), "a recording"),
        ("voice.opus", b"OggS\x00\x02" + bytes(99), "a recording"),
        ("letter.pdf", files.pdf_bytes(), "a PDF"),
        ("locked.pdf", files.pdf_bytes(encryption=LIMITS), "a PDF"),
        ("letter.docx", files.word_document(), "a Word document"),
        ("letter.odt", files.opendocument_text(), "an OpenDocument text"),
        ("chart.docx", files.word_document(**{"word/embeddings/Sheet.docx": files.word_document()}), "a Word document"),
        ("letter.rtf", rb"{\rtf1 Dear all}", "a rich text document"),
        ("letter.doc", files.ole_document("WordDocument", "1Table"), "an old Word document"),
        ("list.xls", files.ole_document("Workbook"), "an old Excel workbook"),
        ("talk.ppt", files.ole_document("PowerPoint Document"), "an old PowerPoint presentation"),
        ("post.msg", files.ole_document("__nameid_version1.0", "__properties_version1.0"), "an Outlook message"),
        ("post.eml", mail(), "an email"),
        ("post.eml", mail("iso-8859-1"), "an email"),
        ("post.eml", OLD_MAIL, "an email"),
        ("post.eml", OLD_MAIL.decode("latin-1").encode("utf-16"), "an email"),
        ("post.eml", OLD_MAIL + b"\0\1\2", "an email"),
        ("post.eml", email_with_attachment("letter.pdf", files.pdf_bytes()), "an email"),
        ("post.eml", email_with_attachment("door.png", files.picture_bytes("JPEG")), "an email"),
        ("post.eml", email_with_attachment("smime.p7s", SIGNED), "an email"),
        ("post.eml", email_with_attachment(None, SIGNED, "pkcs7-signature"), "an email"),
        ("post.eml", email_with_attachment("signature.asc", PGP_SIGNED), "an email"),
        ("post.eml", email_with_attachment("Straße 12.pdf", files.pdf_bytes()), "an email"),
        ("post.eml", email_with_attachment("NAME", files.pdf_bytes()).replace(b"NAME", b"=?utf-8?Q?Stra=C3=9Fe.pdf?="), "an email"),
        ("post.msg", files.outlook_message(files.pdf_bytes(), "letter.pdf"), "an Outlook message"),
        ("post.msg", files.outlook_message(files.word_document(), "letter.docx", "LETTER~1.DOC"), "an Outlook message"),
        ("post.msg", files.outlook_message(b"Content-Type: multipart/signed; boundary=a\n\n--a\n\nDear all\n--a--", "smime.p7m"), "an Outlook message"),
        ("links.docx", files.word_document(**{"word/_rels/document.xml.rels": LINKS}), "a Word document"),
        ("fields.docx", document_with_text(f'{BEGIN}<w:instrText> HYPERLINK "https://x.example/addenda/" </w:instrText>{END}'), "a Word document"),
        ("letter.docx", files.word_document(**{"word/document.xml": f"<w:document {files.WORD_XML}/>".encode("utf-16")}), "a Word document"),
        ("talk.odt", listens(f"{OASIS}:presentation:1.0"), "an OpenDocument text"),
        ("sums.xlsx", sheet("SUM(A1:A9)"), "an Excel workbook"),
        ("sums.docx", document_with_text('<m:f xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"><m:num/></m:f>'), "a Word document"),
        ("sums.xlsx", workbook_with_dropdown("<xm:f>Lists!$A$1:$A$3</xm:f>"), "an Excel workbook"),
        ("letter.docx", document_of_dot_net("<coreProperties/>"), "a Word document"),
        ("letter.docx", files.word_document(**{"word/media/a.pdf": files.pdf_bytes()}), "a Word document"),
        ("letter.docx", files.word_document(**{"word/a.bin": rb"{\rtf1 Dear all}"}), "a Word document"),
        ("list.xlsx", files.zip_bytes(SHEET | {"xl/printerSettings/a.bin": "H\0P\0\1"}), "an Excel workbook"),
        ("letter.odt", files.opendocument_text(**{"layout-cache": b"\1\0\xff"}), "an OpenDocument text"),
        ("letter.odt", shows("image", 'xlink:href="Pictures/a.png" xlink:actuate="onLoad"'), "an OpenDocument text"),
        ("letter.odt", shows("a", 'xlink:href="https://x.example" xlink:actuate="onRequest"'), "an OpenDocument text"),
        ("letter.odt", shows("section-source", 'xlink:href="../a.odt"'), "an OpenDocument text"),
        ("post.eml", OLD_MAIL + b"\n\nLet us begin 644 things", "an email"),
        ("export.txt", "Chat with Ann 🙂\r\n".encode("utf-16"), "a text"),
        ("export.txt", "Dear Ann, this has no mark".encode("utf-16-le"), "a text"),
        ("export.csv", "a;b;“x”€".encode("cp1252"), "a text"),
        ("note.txt", b"MZ is how it begins, and <a@mail.example> wrote it", "a text"),
        ("note.txt", b"<orla@mail.example> wrote: go away", "a text"),
        ("note.txt", b"Car free zone", "a text"),
        ("noending", files.picture_bytes(), "a PNG picture"),
        ("note.txt", b"<!-- -->" * 5_000, "a text"),
    ],
    ids=files.parameter_id,
)  # fmt: skip
def test_what_people_send_and_record_is_kept(name, content, words):
    assert kind(content, name) == words


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("invoice.pdf.exe", PROGRAM, "a program for Windows"),
        ("invoice.pdf", PROGRAM, "a program for Windows"),
        ("screen.png", b"\x7fELF" + bytes(99), "a program for Linux"),
        ("a.lnk", b"L\x00\x00\x00\x01\x14\x02\x00" + bytes(99), "a shortcut"),
        ("a.html", b"\n<!-- x --><!DOCTYPE html><html>", "a web page (HTML)"),
        ("a.txt", b" <SCRIPT>alert(1)</SCRIPT>", "a web page (HTML)"),
        ("a.txt", "<html>".encode("utf-16"), "a web page (HTML)"),
        ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg">', "a drawing that can hold a script (SVG)"),
        ("a.png", b"<?xml version='1.0'?><!-- a --><!DOCTYPE svg><svg>", "(SVG)"),
        ("a.xml", b"<?xml version='1.0'?><a/>", "an XML file"),
        ("a.txt", b"#!/bin/sh\nrm", "a script"),
        ("a.bat", b"@echo off\r\n", "a script"),
        ("a.php", b"<?php echo 1;", "a script"),
        ("a.js", b"alert(1)", "its name ends in .js"),
        ("a.ps1", b"Get-Process", "its name ends in .ps1"),
        ("a.txt", b"<!-- -->" * 5_000 + b"<html>", "a web page (HTML)"),
        ("a.zip", ZIP, "an archive (ZIP)"),
        ("a.docx", ZIP, "an archive (ZIP)"),
        ("a.jar", files.zip_bytes({"META-INF/MANIFEST.MF": "x"}), "an archive (ZIP)"),
        ("a.7z", b"7z\xbc\xaf'\x1c" + bytes(99), "an archive (7z)"),
        ("a.docm", MACROS, "macros"),
        ("a.docx", MACROS, "macros"),
        ("a.docx", document_with_media_type("/word/document.xml", "application/vnd.ms-word.document.macroEnabled.main+xml"), "macros"),
        ("a.docx", document_with_media_type("/a.b", "application/vnd.ms-word.document.macroEn&#97;bled.main+xml"), "macros"),
        ("a.docx", document_with_media_type("/a.b", "application/vnd.ms-office.vbaProject"), "macros"),
        ("a.docx", document_with_media_type("/word/a.b", "application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"), "not what they are called"),
        ("a.docm", files.word_document(), "its name ends in .docm"),
        ("a.odt", files.opendocument_text(**{"Basic/Standard/a.xml": "<a/>"}), "macros"),
        ("a.docx", files.word_document(**{"word/media/a.png": PROGRAM}), "a program for Windows packed into it"),
        ("a.docx", files.word_document(**{"word/embeddings/a.zip": ZIP}), "an archive (ZIP) packed into it"),
        ("a.docx", files.word_document(**{"word/embeddings/a.docx": MACROS}), "macros"),
        ("a.docx", files.word_document(**{"word/embeddings/a.bin": MAGIC + b"x"}), "another file packed"),
        ("a.docx", files.word_document(**{"word/big.bin": "x" * 30_000_000}), "unpacks to far more than it is"),
        ("a.docx", files.word_document()[:-40], "a damaged or locked archive"),
        ("a.docx", files.word_document(**{"word/_rels/settings.xml.rels": FETCHES}), "fetches something from elsewhere"),
        ("a.docx", files.word_document(**{"word/_rels/a.xml.rels": FETCHES.encode("utf-16")}), "fetches something"),
        ("a.docx", document_with_text(FIELD), "starts a program (DDE)"),
        ("a.docx", files.word_document(**{"word/document.xml": '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a/>'}), "(DTD)"),
        ("a.docx", document_with_relation(f"{RELATIONS}/image", 'Target="a?>b" TargetMode="External"'), "fetches something"),
        ("a.docx", document_with_relation(f"{RELATIONS}/image", 'Target="a" TargetMode="Extern&#97;l"'), "fetches something"),
        ("a.docx", document_with_relation(f"{RELATIONS}/image", "Target='a?Type=\"/hyperlink\"' TargetMode='External'"), "fetches something"),
        ("a.docx", document_with_relation("https://x.example/hyperlink", ELSEWHERE), "fetches something"),
        ("a.docx", document_with_relation("http://schemas.microsoft.com/office/2006/relationships/vbaProject", 'Target="a.b"'), "macros"),
        ("a.docx", document_with_text(FIELD.replace("w:", "x:"), f'{files.WORD_XML} {files.WORD_XML}'.replace(":w=", ":x=", 1)), "(DDE)"),
        ("a.docx", document_with_text("<instrText>DDEAUTO cmd</instrText>"), "(DDE)"),
        ("a.docx", document_with_text("<w:instrText>D<![CDATA[DEAUTO]]> cmd</w:instrText>"), "(DDE)"),
        ("a.docx", document_with_text("<w:instrText>DD&#69; cmd</w:instrText>"), "(DDE)"),
        ("a.docx", document_with_text(f"{BEGIN}<w:instrText>PAGE</w:instrText>{END}{FIELD}"), "(DDE)"),
        ("a.docx", document_with_text(f"{BEGIN}<w:instrText>D</w:instrText>{BEGIN}<w:instrText>PAGE</w:instrText>{END}<w:instrText>DE cmd</w:instrText>{END}"), "(DDE)"),
        ("a.docx", document_with_relation(f"{RELATIONS}/image", f'{ELSEWHERE} a:TargetMode="Internal" xmlns:a="a"'), "that is damaged"),
        ("a.docx", document_with_text("<w:instrText>D<w:r/>DE cmd</w:instrText>"), "that is damaged"),
        ("a.docx", document_with_text('<w:fldSimple w:instr="ddeauto cmd"/>'), "(DDE)"),
        ("a.docx", files.word_document(**{"word/headers/a.xml": f"<w:hdr {files.WORD_XML}>{FIELD}</w:hdr>"}), "(DDE)"),
        ("a.xlsx", files.zip_bytes(SHEET | {"xl/externalLinks/a.xml": '<x:externalLink xmlns:x="a"><x:ddeLink/></x:externalLink>'}), "(DDE)"),
        ("a.docx", document_with_relation(f"{RELATIONS}/image", 'Target="a" TargetMode="&#x45;xternal"'), "fetches something"),
        ("a.xlsx", sheet('_xlfn.WEBSERVICE("http://x.example")'), "fetches something from elsewhere"),
        ("a.xlsx", sheet('IMAGE<![CDATA[]]> ("http://x.example")'), "fetches something from elsewhere"),
        ("a.xlsx", sheet("1", '<definedName name="a">web&#83;ervice("http://x.example")</definedName>'), "fetches something"),
        ("a.ods", files.opendocument_text(**{"content.xml": f'<t:table-cell xmlns:t="{OASIS}:table:1.0" t:formula="of:=WEBSERVICE(1)"/>'}), "fetches"),
        ("a.docx", DAMAGED, "a damaged or locked archive"),
        ("a.docx", DAMAGED_LZMA, "a damaged or locked archive"),
        ("a.eml", email_with_attachment("a.docx", DAMAGED), "attached that is a damaged or locked archive"),
        ("a.xlsx", workbook_with_dropdown("<xm:f>WEBSERVICE(1)</xm:f>"), "fetches something from elsewhere"),
        ("a.xlsx", workbook_with_dropdown("A<xm:f>WEBSERVICE(1)</xm:f>"), "fetches something from elsewhere"),
        ("a.xlsx", workbook_with_dropdown("<xm:f>WEB<xm:f/>SERVICE(1)</xm:f>"), "fetches something from elsewhere"),
        ("a.xlsx", workbook_with_dropdown("<xm:f>1</xm:f>WEBSERVICE(1)"), "fetches something from elsewhere"),
        ("a.docx", document_of_dot_net("<!DOCTYPE a><a/>"), "(DTD)"),
        ("a.docx", document_with_relation(f"{RELATIONS}/aFChunk", 'Target="a.htm"'), "another file packed into it"),
        ("a.docx", files.word_document(**{"word/a.bin": files.pdf_bytes(change=files.pack_script)}), "a PDF that runs a script"),
        ("a.docx", files.word_document(**{"word/media/a.png": rb"{\rtf1 {\object{\objdata 1}}}"}), "another file packed into it"),
        ("a.odt", shows("image", 'xlink:href="http://x.example/a.png" xlink:actuate="onLoad"'), "fetches something"),
        ("a.odt", shows("image", 'xlink:href="//x.example/a.png"'), "fetches something"),
        ("a.odt", shows("auto-reload", 'xlink:href="file:///a" xlink:actuate="onLoad"'), "fetches something"),
        ("a.odt", shows("section-source", 'xlink:href="https://x.example/a.odt"'), "fetches something"),
        ("a.odt", shows("table-source", r'xlink:href="\\x.example\a.ods"'), "fetches something"),
        ("a.docx", files.word_document(**{"../../../../tmp/x.txt": "x"}), "unpacked somewhere else"),
        ("a.docx", files.word_document(**{"word\\..\\..\\x.txt": "x"}), "unpacked somewhere else"),
        ("a.odt", files.opendocument_text(**{"/etc/x.txt": "x"}), "unpacked somewhere else"),
        ("a.odt", listens(f"{OASIS}:script:1.0"), "macros"),
        ("a.odt", listens(f"{OASIS}:script:1.0", "presentation"), "macros"),
        ("a.odt", files.opendocument_text(**{"content.xml": f'<o:dde-source xmlns:o="{OASIS}:office:1.0"/>'}), "(DDE)"),
        ("a.docx", files.word_document(**{"word/settings.xml": "<settings>"}), "an office document that is damaged"),
        ("a.docx", files.word_document(**{"word/settings.xml": NOT_UTF}), "an office document that is damaged"),
        ("a.docx", files.word_document(**{"word/settings.xml": "<!DOCTYPE a><a/>".encode("utf-16")}), "(DTD)"),
        ("a.docx", document_with_text(f'<a xmlns="{"a" * 2000}"/>'), "an office document that is damaged"),
        ("a.eml", email_with_attachment("invoice.pdf", PROGRAM), "attached that is a program for Windows"),
        ("a.eml", PROGRAM_MAIL, "attached that is a program for Windows"),
        ("a.eml", email_with_attachment("a.exe .asc", PROGRAM), "attached that is a program for Windows"),
        ("a.eml", email_with_attachment("a.p7s", PROGRAM), "attached that is a program for Windows"),
        ("a.eml", email_with_attachment("a.exe", SIGNED), "of no kind that we keep"),
        ("a.eml", email_with_attachment("a.p7s", SIGNED + bytes(200_000)), "of no kind that we keep"),
        ("a.eml", email_with_attachment("a.asc", b"echo off"), "a text whose name ends in .asc"),
        ("a.eml", email_with_attachment(None, PROGRAM, Content_Type="text/plain", Content_Disposition="inline"), "a program for Windows"),
        ("a.eml", email_with_attachment(None, b"<html>", Content_Type="text/html"), "a web page (HTML)"),
        ("a.eml", email_with_attachment("a.txt", b"del everything", Content_Type='text/plain; name="run.bat"'), "name ends in .bat"),
        ("a.eml", email_with_attachment("NAME", b"del everything").replace(b"NAME", b"=?utf-8?B?cnVuLmJhdA==?="), "name ends in .bat"),
        ("a.eml", email_with_attachment("NAME", b"del everything").replace(b"NAME", b"=?x-none?B?cnVuLmJhdA==?="), "in a way that we cannot read"),
        ("a.eml", email_with_attachment("run.bat. ", b"del everything"), "name ends in .bat"),
        ("a.eml", email_with_attachment("a.txt", b"x", Content_Transfer_Encoding="x-gzip64"), "in a way that we cannot read"),
        ("a.eml", PROGRAM_MAIL.replace(b"application/octet-stream", b"message/rfc822"), "in a way that we cannot read"),
        ("a.eml", OLD_MAIL + UUENCODED, "in a way that we cannot read"),
        ("a.eml", OLD_MAIL.replace(b"\r\n\r\n", b"\r\nContent-Type: message/external-body; access-type=URL; URL=a\r\n\r\n"), "not all in it"),
        ("a.eml", remove_lines((b"From", b"Date"), PROGRAM_MAIL), "attached that is a program for Windows"),
        ("a.eml", PROGRAM_MAIL.replace(b": ", b":"), "attached that is a program for Windows"),
        ("a.eml", b"X-A: " + b"a" * 70_000 + b"\n" + PROGRAM_MAIL, "attached that is a program for Windows"),
        ("a.eml", b"\xef\xbb\xbf" + PROGRAM_MAIL, "attached that is a program for Windows"),
        ("a.eml", b"From - Mon Nov 30 09:00:00 2026\n" + PROGRAM_MAIL, "attached that is a program for Windows"),
        ("a.eml", email_with_attachment("a.msg", files.outlook_message(PROGRAM)), "attached that is a program for Windows"),
        ("a.msg", files.outlook_message(PROGRAM, "a.pdf"), "an Outlook message with something attached that is a program for Windows"),
        ("a.msg", files.outlook_message(b"del everything".ljust(4096), "run.bat"), "a text whose name ends in .bat"),
        ("a.msg", files.outlook_message(b"del everything".ljust(4096), "", "run.bat"), "a text whose name ends in .bat"),
        ("a.msg", files.outlook_message(MACROS, "a.docx"), "macros"),
        ("a.msg", files.outlook_message(files.pdf_bytes(change=files.pack_script), "a.pdf"), "a PDF that runs a script"),
        ("a.msg", files.ole_document("__properties_version1.0", "Package"), "another file packed into it"),
        ("a.msg", files.ole_document("__properties_version1.0", "A", "a"), "a damaged document"),
        ("a.bat. ", b"del everything", "its name ends in .bat"),
        ("a.eml", email_with_attachment("run.bat", b"del everything"), "a text whose name ends in .bat"),
        ("a.eml", email_with_attachment("a.docx", MACROS), "macros"),
        ("a.eml", email_with_attachment("a.pdf", files.pdf_bytes(change=files.pack_script)), "a PDF that runs a script"),
        ("a.rtf", rb"{\rtf1 {\object\objemb}}", "another file packed into it"),
        ("a.doc", MAGIC + bytes(99), "a damaged document"),
        ("a.doc", files.ole_document("WordDocument", "Macros"), "macros"),
        ("a.xls", files.ole_document("Workbook", "_VBA_PROJECT_CUR"), "macros"),
        ("a.docx", files.ole_document("EncryptedPackage", "EncryptionInfo"), "locked with a password"),
        ("a.doc", files.ole_document("WordDocument", "ObjectPool"), "another file packed into it"),
        ("a.msi", files.ole_document("Property"), "of no kind that we keep"),
        ("a.pdf", files.ole_document("WordDocument"), "its name ends in .pdf"),
        ("a.png", files.picture_bytes() + ZIP, "with an archive (ZIP) hidden behind it"),
        ("a.pdf", files.pdf_bytes() + ZIP, "with an archive (ZIP) hidden behind it"),
        ("a.gif", files.picture_bytes("GIF") + b"<script>", "with a web page or a script hidden in it"),
        ("a.gif", files.picture_bytes("GIF") + b"<svg onload=alert(1)>", "with a web page or a script hidden in it"),
        ("a.gif", files.picture_bytes("GIF") + b"<html lang='en'>", "with a web page or a script hidden in it"),
        ("a.gif", files.picture_bytes("GIF") + b"<?php echo 1;", "with a web page or a script hidden in it"),
        ("a.exe", files.picture_bytes(), "a PNG picture, but its name ends in .exe"),
        ("a.pdf", files.picture_bytes(), "a PNG picture, but its name ends in .pdf"),
        ("a.dat", os.urandom(999), "of no kind that we keep"),
        ("a.pdf", files.pdf_bytes(change=files.pack_script, encryption=LIMITS), "a PDF that runs a script"),
        ("a.pdf", files.pdf_bytes(encryption=pikepdf.Encryption(owner="o", user="u")), "locked with a password"),
        ("a.pdf", b"%PDF-1.7\n%%EOF", "a PDF that is damaged"),
        ("a.pdf", files.pdf_bytes()[:-20], "a PDF that is damaged"),
    ],
    ids=files.parameter_id,
)  # fmt: skip
def test_what_may_do_harm_is_refused_by_its_content_and_named(name, content, words):
    assert words in refusal_of(content, name)


@pytest.mark.policy("63")
@pytest.mark.parametrize(("change", "word"), files.HARMFUL, ids=files.parameter_id)
def test_a_pdf_that_is_more_than_pages_is_refused_as_what_it_is(change, word):
    sentence = refusal_of(files.pdf_bytes(change=change), "a.pdf")
    assert sentence.startswith("This file is a PDF that ")
    assert word in sentence


@pytest.mark.parametrize("change", files.HARMLESS, ids=files.parameter_id)
def test_a_pdf_that_only_shows_its_pages_is_kept(change):
    assert kind(files.pdf_bytes(change=change), "a.pdf") == "a PDF"


def nested_arrays(levels, times=1):
    return b"[" + (b"[" * levels + b"]" * levels) * times + b"]"


def pdf_with_parts(parts, *, packed):
    """Return a PDF that has parts somewhere, each as it is, or packed together."""

    def change(document):
        document.Root.Elsewhere = document.make_indirect(pikepdf.Object.parse(parts))

    mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
    return files.pdf_bytes(change=change, object_stream_mode=mode)


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed"])
@pytest.mark.parametrize("bound", ["MOST_READ", "MOST_PARTS"])
def test_a_pdf_of_endless_parts_keeps_nobody_waiting(bound, packed, monkeypatch):
    content = pdf_with_parts(nested_arrays(50, 1_800), packed=packed)
    assert kind(content, "a.pdf") == "a PDF"
    monkeypatch.setattr(pdfs, bound, 50_000)
    assert "has more parts than we can look into" in refusal_of(content, "a.pdf")


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed"])
def test_a_pdf_of_parts_nested_too_deep_is_refused(packed):
    assert "has more parts than we can look into" in refusal_of(
        pdf_with_parts(nested_arrays(300), packed=packed), "a.pdf"
    )


@pytest.mark.parametrize("start", [b"<</A ", b"<</A <<", b"<</A ["])
def test_a_pdf_that_never_closes_what_it_nests_is_refused(start):
    content = b"%PDF-1.7\ntrailer\n" + start * 70_000 + b"\nstartxref\n0\n%%EOF\n"
    assert "has more parts than we can look into" in refusal_of(content, "a.pdf")


def test_a_pdf_that_says_of_many_parts_that_they_stand_in_one_place_is_refused():
    stream = b"5 0 6 0 " + nested_arrays(50)
    packed = b"<</Type /ObjStm /N 2 /First 8 /Length %d>>stream\n%s\nendstream" % (len(stream), stream)
    parts = [b"<</Type /Catalog /A 5 0 R /B 6 0 R>>", packed]
    content, places = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(content))
        content += b"%d 0 obj %s endobj\n" % (number, part)
    rows = [(1, places[0], 0), (1, places[1], 0), (2, 2, 0), (2, 2, 1)]
    table = b"".join(struct.pack(">BIB", *row) for row in rows)
    fields = b"/Type /XRef /Size 7 /Root 1 0 R /W [1 4 1] /Index [1 2 5 2]"
    index = b"<<%s /Length %d>>stream\n%s\nendstream" % (fields, len(table), table)
    content += b"7 0 obj %s endobj\nstartxref\n%d\n%%%%EOF" % (index, len(content))
    assert "has more parts than we can look into" in refusal_of(content, "a.pdf")


HEAD = b"From: orla@mail.example\r\nSubject: Look\r\nMIME-Version: 1.0\r\n"


def parts_in_parts(levels):
    opened = (b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (n, n) for n in range(levels))
    return HEAD + b"".join(opened) + b"\r\nh\r\n"


def messages_in_messages(levels):
    return HEAD + b"Content-Type: message/rfc822\r\n\r\n" * levels + b"h\r\n"


def tiny_parts(count):
    return HEAD + b"Content-Type: multipart/mixed; boundary=B\r\n\r\n" + b"--B\r\n\r\nh\r\n" * count


@pytest.mark.parametrize(
    ("some", "too_many"),
    [
        (parts_in_parts(10), parts_in_parts(1_000)),
        (messages_in_messages(10), messages_in_messages(1_000)),
        (tiny_parts(1_000), tiny_parts(6_000)),
        (tiny_parts(1) + b"\n" * 500_000, tiny_parts(1) + b"\n" * 1_100_000),
        (HEAD + b"A: b\r\n" * 1_000, HEAD + b"A:\r" * 1_100_000),
        (
            email_with_attachment("a.png", files.picture_bytes()),
            email_with_attachment("a.eml", tiny_parts(6_000)),
        ),
    ],
    ids=["parts in parts", "messages in messages", "tiny parts", "lines", "headers", "attached"],
)
def test_an_email_of_endless_parts_is_refused_before_all_are_read(some, too_many):
    assert kind(some, "a.eml") == "an email"
    assert "an email with more in it than we can look into" in refusal_of(too_many, "a.eml")


def test_an_email_whose_parts_say_endlessly_what_they_are_is_refused():
    header = b'Content-Type: text/plain; a="' + b";" * 4_000
    assert "in a way that we cannot read" in refusal_of(HEAD + header + b"\r\n\r\nh", "a.eml")
    many = tiny_parts(1_000).replace(b"--B\r\n", b"--B\r\nContent-Type: text/plain" + b"; " * 600 + b"\r\n")
    assert "more in it than we can look into" in refusal_of(many, "a.eml")


def test_the_pdfs_of_an_email_are_bounded_together(monkeypatch):
    monkeypatch.setattr(pdfs, "MOST_READ", 8_000)
    message = EmailMessage()
    message["From"], message["Subject"] = "orla@mail.example", "Look"
    for _ in range(2):
        message.add_attachment(
            pdf_with_parts(nested_arrays(50, 15), packed=False),
            maintype="application",
            subtype="pdf",
            filename="a.pdf",
        )
    assert (
        kind(email_with_attachment("a.pdf", pdf_with_parts(nested_arrays(50, 15), packed=False)), "a.eml")
        == "an email"
    )
    assert "has more parts than we can look into" in refusal_of(message.as_bytes(), "a.eml")


def test_the_refusal_says_what_to_do_and_leaves_the_file_at_its_beginning():
    file = io.BytesIO(PROGRAM)
    with pytest.raises(Harmful, match=r"^This file is a program for Windows\. Add a picture or a PDF"):
        read_kind(file, "a.pdf")
    assert file.tell() == 0


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
@pytest.mark.parametrize("length", [0, 1, 30, 3000])
def test_no_junk_is_more_than_refused(length):
    for start in [b"PK\x03\x04", MAGIC, b"%PDF-", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"II*\x00", b"From: a\nTo: b\n", b"\xff\xfe", b"{\\rtf", b"\0"]:  # fmt: skip
        assert refusal_of(start + os.urandom(length), "a.bin").endswith(".")


def test_an_office_document_of_endless_parts_keeps_nobody_waiting(monkeypatch):
    sheet = files.word_document(**{"word/a.xml": f"<a>{' ' * 3_000}</a>"})
    content = files.word_document(**{f"word/embeddings/{number}.docx": sheet for number in range(9)})
    assert kind(content, "a.docx") == "a Word document"
    monkeypatch.setattr(office, "MOST_XML", 20_000)
    assert "more in it than we can look into" in refusal_of(content, "a.docx")
