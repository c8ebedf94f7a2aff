"""Names, addresses and certificates, before any connection is made."""

import asyncio
import ssl
from contextlib import suppress
from pathlib import Path

from monitor.sources.doors import Resolver, trusted


def test_without_a_system_trust_store_a_packaged_one_is_used(monkeypatch, tmp_path):
    assert trusted().verify_mode is ssl.CERT_REQUIRED
    nothing = ssl.get_default_verify_paths()._replace(cafile=None, capath=str(tmp_path))
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: nothing)
    assert trusted().cert_store_stats()["x509_ca"] > 50


def test_nobody_takes_the_other_side_s_certificate_apart_but_it_can_be_had():
    pem = Path(__file__).with_name("tls_example.pem")
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), trusted()
    server.load_cert_chain(pem)
    client.load_verify_locations(pem)
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = client.wrap_bio(back, there, server_hostname="tls.example")
    theirs = server.wrap_bio(there, back, server_side=True)
    for side in (ours, theirs, ours, theirs):
        with suppress(ssl.SSLWantReadError):
            side.do_handshake()
    assert ours.getpeercert() == {}
    certificate = "".join(pem.read_text().partition("-----BEGIN CERT")[1:])
    assert ours.getpeercert(True) == ssl.PEM_cert_to_DER_cert(certificate)


def test_the_system_resolver_gives_literal_addresses():
    async def run():
        resolver = Resolver()
        try:
            return await resolver("127.0.0.1", 80)
        finally:
            resolver.close()

    assert asyncio.run(run()) == ["127.0.0.1"]
