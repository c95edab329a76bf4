"""Protects and opens ESP packets with scapy's IPsec layer, for scapy.test.ts: a JSON list of jobs on standard input, a
list of hexadecimal packets, or of {"error": ...}, on standard output."""
import json
import logging
import struct
import sys

logging.getLogger("scapy").setLevel(logging.ERROR)
from scapy.layers.inet import IP, UDP  # noqa: E402
from scapy.layers.inet6 import IPv6  # noqa: E402
from scapy.layers.ipsec import ESP, IPSecIntegrityError, SecurityAssociation  # noqa: E402
from scapy.packet import raw  # noqa: E402


class EsnAuth:
    """scapy's HMAC over the packet and the upper half of the number (RFC 4303 section 2.2.1): scapy does so for AH only."""

    def __init__(self, algorithm, high):
        self.algorithm, self.suffix = algorithm, struct.pack("!L", high)
        self.icv_size = algorithm.icv_size

    def compute(self, packet, key):
        mac = self.algorithm.new_mac(key)
        mac.update(packet + self.suffix)
        return mac.finalize()[:self.icv_size]

    def sign(self, packet, key):
        packet[ESP].data += self.compute(raw(packet[ESP]), key)
        return packet

    def verify(self, packet, key):
        bare = packet.copy()
        bare.data = packet.data[:-self.icv_size]
        if packet.data[-self.icv_size:] != self.compute(raw(bare), key):
            raise IPSecIntegrityError("ICV")


def association(job):
    key = bytes.fromhex(job["key"])
    words = {}
    if "-cbc-hmac-" in job["algorithm"]:
        size = 16 if "128" in job["algorithm"].split("-cbc")[0] else 32
        hashes = {"sha256": "SHA2-256-128", "sha384": "SHA2-384-192", "sha512": "SHA2-512-256"}
        words = dict(crypt_algo="AES-CBC", crypt_key=key[:size], auth_key=key[size:],
                     auth_algo=hashes[job["algorithm"].rsplit("-", 1)[1]])
    elif "gcm" in job["algorithm"]:
        words = dict(crypt_algo="AES-GCM", crypt_key=key)
    else:
        words = dict(crypt_algo="CHACHA20-POLY1305", crypt_key=key)
    header = IPv6 if ":" in job["source"] else IP
    if job["mode"] == "tunnel":
        words["tunnel_header"] = header(src=job["source"], dst=job["destination"])
    if job["udp"]:
        words["nat_t_header"] = UDP(sport=4500, dport=4500)
    high, low = divmod(job["sequence"], 1 << 32)
    if job["esn"]:
        words.update(esn_en=True, esn=high)
    made = SecurityAssociation(ESP, spi=job["spi"], seq_num=low, **words)
    if job["esn"] and "-cbc-" in job["algorithm"]:
        made.auth_algo = EsnAuth(made.auth_algo, high)
    return made


def parse(packet):
    return IPv6(packet) if packet[0] >> 4 == 6 else IP(packet)


def run(job):
    made = association(job)
    packet = parse(bytes.fromhex(job["packet"]))
    if job["job"] == "protect":
        return raw(made.encrypt(packet)).hex()
    return raw(made.decrypt(packet)).hex()


answers = []
for job in json.load(sys.stdin):
    try:
        answers.append(run(job))
    except Exception as error:  # pylint: disable=broad-except
        answers.append({"error": f"{type(error).__name__}: {error}"})
json.dump(answers, sys.stdout)
