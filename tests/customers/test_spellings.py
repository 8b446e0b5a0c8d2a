"""R10: customers are found however somebody spells them, on both databases, and nobody else is."""

import pytest

from cha_engagement.customers.queries import look_up_customers
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.beyond("B1"), pytest.mark.database]

NAMES = {
    # Accents and case
    "Órla Ní Bhriain": ["orla ni bhriain", "ORLA NI BHRIAIN", "Orla Ní Bhriain", "bhriain", "O\u0301rla"],
    "Zoë Fraser": ["zoe fraser", "Zoe", "ZOË", "fraser zoe", "Zoe\u0308 Fraser"],
    "Siân Pugh": ["sian pugh", "Sian", "pugh"],
    "Renée Lefèvre": ["renee lefevre", "Renee", "lefevre renee"],
    "Francois Beaute": ["François Beauté", "françois"],
    "Jürgen Groß": ["jurgen gross", "Juergen Gross", "Jurgen Groß", "gross"],
    "Bjo\u0308rn Lund": ["bjorn", "bjoern lund", "Björn"],
    "Mueller Anke": ["Müller", "anke müller", "mueller anke"],
    "Søren Ødegård": ["soren odegard", "Soren", "odegard"],
    "José Núñez": ["jose nunez", "JOSE NUÑEZ", "nunez"],
    # Apostrophes: straight, curly, none
    "Mary O'Neill": ["O'Neill", "O’Neill", "oneill", "o neill", "ONEILL, Mary", "O`Neill", "m o'neill"],
    "Kevin O’Hara": ["o'hara", "ohara", "O Hara kevin", "Kevin O'Hara"],
    "Grace OMalley": ["o'malley", "O’Malley grace", "o malley", "o malley grace"],
    "Sean O Reilly": ["O'Reilly", "oreilly", "sean oreilly"],
    "Chiara D'Angelo": ["dangelo", "d angelo", "D’Angelo", "angelo chiara"],
    "Luc L’Estrange": ["lestrange", "l'estrange", "L Estrange"],
    "Ngozi N'Diaye": ["ndiaye", "n diaye", "N’Diaye"],
    # Mac, Mc and M'
    "Hamish MacDonald": ["mcdonald", "McDonald", "Mac Donald", "M'Donald", "M’Donald", "macd", "hamish mcd"],
    "Duncan McAllister": ["macallister", "Mac Allister", "m'allister", "mc allister duncan"],
    "Eilidh M'Kay": ["mckay", "mackay", "Mac Kay", "eilidh mc kay"],
    "Iain Mac Leod": ["macleod", "mcleod", "McLeod Iain", "leod"],
    "Fiona Mackenzie": ["mckenzie", "MacKenzie", "Mc Kenzie"],
    # Hyphens, spacing and double-barrelled
    "Chloe Smith-Jones": ["smith jones", "smithjones", "Smith–Jones", "jones", "Jones-Smith", "chloe jones"],
    "Adele Baird Hamilton": ["baird-hamilton", "bairdhamilton", "hamilton adele", "Adele Hamilton"],
    "Jean-Luc Picot": ["jean luc", "jeanluc picot", "Jean–Luc", "picot jean"],
    "Maryanne Quigg": ["mary-anne quigg", "mary anne", "Mary Anne Quigg"],
    "Anne Marie Devlin": ["annemarie", "anne-marie devlin", "marie devlin"],
    "Annemieke van den Berg": ["vandenberg", "van den berg", "berg annemieke", "Van Den Berg, Annemieke"],
    "Pilar de la Cruz": ["delacruz", "de la cruz", "cruz pilar"],
    # Swapped, partial, with spaces and commas of all kinds
    "Stuart Pollock": ["pollock, stuart", "Pollock Stuart", "stu poll", "  stuart   pollock ", "stuart\tpollock"],
    "Margaret Tulloch": ["tulloch m", "marg tull", "TULLOCH,MARGARET", "Tulloch; Margaret"],
    "Alexander Gunn": ["alex gunn", "gunn alexander", "Gunn, A"],
    # Initials and titles
    "J. R. Buchan": ["jr buchan", "j r buchan", "J.R. Buchan", "buchan jr", "JR"],
    "T S Ritchie": ["ts ritchie", "T.S. Ritchie", "ritchie t"],
    "Dr Priya Nair": ["priya nair", "dr nair", "Dr. Nair", "nair"],
    "Rhona Baxter": ["mrs rhona baxter", "Mrs. Baxter", "Ms Baxter", "Miss R Baxter", "mrs baxter"],
    "Campbell Orr": ["Mr Orr", "mr campbell orr", "Mr. C. Orr", "Rev Orr", "Cllr Campbell Orr"],
    "Mrs Ina Geddes": ["ina geddes", "Miss Geddes", "mrs geddes", "Geddes"],
    # Gaelic, Welsh and Irish
    "Seòras MacAoidh": ["seoras mcaoidh", "Seoras", "macaoidh", "MAC AOIDH"],
    "Pádraig Ó Súilleabháin": ["padraig o suilleabhain", "osuilleabhain", "Ó Súilleabháin"],
    "Mòrag NicDhòmhnaill": ["morag nicdhomhnaill", "Morag", "nicdhom"],
    "Llŷr ap Rhys": ["llyr ap rhys", "llyr", "ap rhys"],
    # Polish and its neighbours
    "Łukasz Wójcik": ["lukasz wojcik", "Lukasz", "wójcik lukasz"],
    "Agnieszka Błaszczykowska": ["blaszczykowska", "agnieszka blasz"],
    "Grażyna Śliwińska-Żak": ["sliwinska zak", "grazyna", "sliwinskazak", "zak grazyna"],
    "Dvořák Jiří": ["dvorak", "jiri dvorak"],
    "Ștefan Țurcanu": ["stefan turcanu", "turcanu"],
    "Ayşe Yıldız": ["ayse yildiz", "yildiz", "AYSE YILDIZ"],
    # Arabic and South Asian names in Latin letters
    "Fatima Al-Hassan": ["al hassan", "alhassan", "hassan fatima", "fatima el hassan"],
    "Omar el Sayed": ["elsayed", "el-sayed", "sayed omar", "al sayed"],
    "Abd al-Rahman Nasser": ["abdalrahman", "abd al rahman", "abdal-rahman nasser", "rahman nasser"],
    "Abdul Rahim Shah": ["abdulrahim", "abdul-rahim shah", "shah abdul"],
    "Mohammed Iqbal": ["muhammad iqbal", "Mohamed Iqbal", "Mohammad Iqbal", "Md Iqbal", "iqbal"],
    "Muhammad Usman": ["mohammed usman", "usman", "mohammad"],
    "Gurpreet Kaur Gill": ["gurpreet gill", "kaur gill", "gill gurpreet"],
    "Sunil Chattopadhyay": ["chattopadhyay", "sunil chatt"],
    "Lakshmi Venkata-Raman": ["venkataraman", "venkata raman"],
    # Written in Cyrillic or Greek, typed in Latin letters, and the other way round
    "Дмитро Коваленко": ["dmytro kovalenko", "kovalenko", "Dmitro"],
    "Олена Шевчук": ["olena shevchuk", "shevchuk olena"],
    "Γιώργος Παππάς": ["giorgos pappas", "pappas"],
    "Ivan Petrov": ["Иван Петров", "петров"],
    # Organisations
    "Wylie & Sons": ["wylie and sons", "Wylie and Sons", "wylie sons", "wylie"],
    "Kerr and Begg Roofing": ["kerr & begg", "Kerr&Begg Roofing", "begg roofing"],
    "St. Ninian's Church": ["st ninians", "Saint Ninian's", "st ninian's church", "ninians"],
    "Clydeside Advocacy Ltd.": ["clydeside advocacy limited", "Clydeside Advocacy", "clydeside"],
    "The Kelp Street Tenants’ Group": ["kelp street tenants group", "tenants' group", "Kelp Street Tenants"],
}  # fmt: skip
"""Spellings by which a customer is found, by the recorded name."""

KNOWN = {
    "name": "Elspeth Rattray",
    "known_as": "Betty Rattray",
    "phones": ["0141 496 0123", "+44 7700 900456", "01382 496789", "+353 1 496 0000"],
    "emails": ["E.Rattray@Lochside.example", "betty+home@mail.example"],
    "address": "Flat 2/1, 12 St Mungo Street\nLochside",
    "postcode": "G81 1AB",
    "tenancy_reference": "T-00417/2",
    "online_handles": ["@Betty_Rattray", "https://social.example/elspeth.r/"],
}
OTHER = {
    "name": "Nan Lyle",
    "phones": ["0141 496 0222 ext 12"],
    "address": "7B Glenhead Cres.\nDuntocher Rd",
    "postcode": "g815zz",
}
TEXTS_FOR_OTHER = [
    "0141 496 0222",
    "+44 141 496 0222",
    "0141 496 0222 extension 12",
    "7b glenhead cres",
    "7B Glenhead Crescent",
    "glenhead crescent duntocher",
    "duntocher road",
    "lyle, duntocher rd",
    "G81 5ZZ",
    "5zz lyle",
]
"""Texts that find Nan Lyle, whose particulars are written in short."""
TEXTS_BY_FACT = {
    "known as": ["betty", "Betty Rattray", "rattray, betty", "BETTY"],
    "phone": [
        "0141 496 0123", "01414960123", "0141-496-0123", "0141.496.0123", "(0141) 496 0123", "+44 141 496 0123",
        "+441414960123", "0044 141 496 0123", "00441414960123", "+44 (0)141 496 0123", "44 141 496 0123",
        "+44 (0) 141-496-0123", "496 0123", "4960123", "960123", "0141 496", "0141 496 0123 ext 4",
        "0141 496 0123 x4", "Tel: 0141 496 0123", "tel 01414960123", "141 496 0123",
        "07700 900456", "07700900456", "+447700900456", "0044 7700 900 456", "07700-900-456", "900456",
        "7700 900456", "(07700) 900456",
        "01382 496789", "(01382) 496789", "+44 1382 496789", "496789",
        "+353 1 496 0000", "00353 1 496 0000", "+35314960000",
    ],
    "email": [
        "E.Rattray@Lochside.example", "e.rattray@lochside.example", "E.RATTRAY@LOCHSIDE.EXAMPLE",
        "erattray@lochside.example", "e.rattray", "mailto:e.rattray@lochside.example", "<e.rattray@lochside.example>",
        "betty+home@mail.example", "betty+home",
    ],
    "postcode": ["G81 1AB", "g81 1ab", "G811AB", "g811ab", "G81-1AB", "G81  1AB", "1AB", "rattray g81"],
    "address": [
        "12 St Mungo Street", "12 St. Mungo Street", "12 st mungo st", "12 Saint Mungo Street", "St Mungo Street",
        "mungo street", "12 Mungo Street", "Flat 2/1", "flat 2/1 12 st mungo street", "Flat 2-1", "2/1",
        "12 St Mungo Street, Lochside", "lochside mungo", "12 st mungo", "rattray st mungo street",
    ],
    "tenancy": ["T-00417/2", "t-00417/2", "T00417/2", "T 00417 2", "t004172", "00417/2", "T-00417-2", "T.00417.2", "00417"],
    "handle": [
        "@betty_rattray", "betty_rattray", "Betty_Rattray", "@BETTY_RATTRAY", "bettyrattray", "betty rattray",
        "elspeth.r", "@elspeth.r", "elspethr", "https://social.example/elspeth.r/", "social.example/elspeth.r",
    ],
}  # fmt: skip
"""Texts that find Elspeth Rattray, by the fact about her."""

STRANGERS = {
    "Hamish MacDonald": ["donald", "macdonnell", "mcdougall", "mcd duncan"],
    "Mary O'Neill": ["o'neal", "eill", "mary o'hara", "neil mary quigg"],
    "Chloe Smith-Jones": ["smith fraser", "joneson", "mith"],
    "Jürgen Groß": ["grosz", "grohs"],
    "Rhona Baxter": ["mrs geddes", "baxendale", "rhona orr"],
    "Mohammed Iqbal": ["usman", "mohammed usman", "iqbaluddin"],
    "Wylie & Sons": ["wylie and daughters", "sons of wylie and begg"],
    "Alexander Gunn": ["alexandra", "gunning", "alex fraser"],
    "Campbell Orr": ["Mr Fraser", "orrin", "campbeltown"],
    "Elspeth Rattray": [
        "0141 496 0124", "0131 496 0123", "07700 900457", "f.rattray@lochside.example", "G81 1AC", "G82", "T-00418/2",
        "14 St Mungo Street", "12 St Mary Street", "Flat 2/2", "robert rattray", "14 Saint Mungo St",
    ],
}  # fmt: skip
"""Texts that must not find somebody, by their name."""

MOST_FOUND = 4  # of all these people, by anything above


@pytest.fixture
def people(officer):
    for name in NAMES:
        factories.customer(by=officer, name=name, is_organisation="& Sons" in name)
    factories.customer(by=officer, **KNOWN)
    factories.customer(by=officer, **OTHER)


def test_two_hundred_spellings_and_more_find_whom_they_mean(officer, people):
    pairs = {(name, typed) for name, spellings in NAMES.items() for typed in spellings}
    pairs |= {(KNOWN["name"], typed) for texts in TEXTS_BY_FACT.values() for typed in texts}
    pairs |= {(OTHER["name"], typed) for typed in TEXTS_FOR_OTHER}
    assert len(pairs) >= 200
    wrong = {}
    for name, typed in sorted(pairs):
        names = [customer.name for customer in look_up_customers(typed, officer)]
        if name not in names or len(names) > MOST_FOUND:
            wrong[name, typed] = names
    assert wrong == {}


def test_what_means_somebody_else_does_not_find_them(officer, people):
    confused = {
        (name, typed)
        for name, texts in STRANGERS.items()
        for typed in texts
        if name in [customer.name for customer in look_up_customers(typed, officer)]
    }
    assert confused == set()
