import gzip

import pytest

pytestmark = [pytest.mark.django_db]


def test_a_page_leaves_compressed_for_whoever_asks_for_it(signed_in, officer, customer):
    client, path = signed_in(officer), customer.get_absolute_url()
    plain = client.get(path)
    assert "Content-Encoding" not in plain.headers
    short = client.get(path, headers={"accept-encoding": "gzip"})
    assert short.headers["Content-Encoding"] == "gzip"
    assert customer.name in gzip.decompress(short.content).decode()
    assert len(short.content) * 3 < len(plain.content)
