"""Sends and watches packets on a device, for host-shared.test.ts to run inside a namespace.

  send DEVICE MAC EXPRESSION...   each in scapy's words; prints each IP packet as it was sent, in hexadecimal
  watch DEVICE SECONDS            prints a line "ready", then each IP packet that comes in, in hexadecimal
"""
import socket
import sys
import time

EXCLUDED = {0x0806}


def send(device, mac, expressions):
    from scapy import all as scapy

    link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    link.bind((device, 0))
    for expression in expressions:
        packet = eval(expression, vars(scapy))  # noqa: S307 - the test's own words
        for piece in packet if isinstance(packet, list) else [packet]:
            data = bytes(piece)
            kind = b"\x08\x00" if data[0] >> 4 == 4 else b"\x86\xdd"
            link.send(bytes.fromhex(mac.replace(":", "")) + link.getsockname()[4] + kind + data)
            print(data.hex())


def watch(device, seconds):
    link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    link.bind((device, 3))
    print("ready", flush=True)
    end = time.monotonic() + float(seconds)
    while (left := end - time.monotonic()) > 0:
        link.settimeout(left)
        try:
            data, (_, kind, direction, *_) = link.recvfrom(65536)
        except TimeoutError:
            return
        except socket.timeout:
            return
        if kind not in EXCLUDED and direction != socket.PACKET_OUTGOING:
            print(data[14:].hex(), flush=True)


if sys.argv[1] == "send":
    send(sys.argv[2], sys.argv[3], sys.argv[4:])
else:
    watch(*sys.argv[2:])
