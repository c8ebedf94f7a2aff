"""Names, addresses and certificates, before any connection is made."""

import asyncio
import ssl

from monitor.sources.doors import Resolver, trusted


def test_without_a_system_trust_store_a_packaged_one_is_used(monkeypatch, tmp_path):
    assert trusted().verify_mode is ssl.CERT_REQUIRED
    nothing = ssl.get_default_verify_paths()._replace(cafile=None, capath=str(tmp_path))
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: nothing)
    assert trusted().cert_store_stats()["x509_ca"] > 50


def test_the_system_resolver_gives_literal_addresses():
    async def run():
        resolver = Resolver()
        try:
            return await resolver("127.0.0.1", 80)
        finally:
            resolver.close()

    assert asyncio.run(run()) == ["127.0.0.1"]
