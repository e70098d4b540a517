"""Majordomo peers in another language: pyzmq and frames written by hand, nothing of Sloop.

  mdp.py worker VERSION ENDPOINT SERVICE          upper-cases; says READY, beats, ends when told to
  mdp.py client VERSION ENDPOINT SERVICE BODY...  one request per BODY; prints each reply
  mdp.py broker ENDPOINT                          prints where it is bound; MDP 0.1, one worker
"""
import sys

import zmq

CONTEXT = zmq.Context()
HEADERS = {"1": (b"", b"MDPW01"), "2": (b"MDPW02",)}
# READY, REQUEST, final reply, HEARTBEAT, DISCONNECT
BYTES = {"1": b"\1\2\3\4\5", "2": b"\1\2\4\5\6"}


def worker(version, endpoint, service):
    header = list(HEADERS[version])
    ready, request, final, heartbeat, disconnect = [bytes([b]) for b in BYTES[version]]
    socket = CONTEXT.socket(zmq.DEALER)
    socket.linger = 1000
    socket.connect(endpoint)
    socket.send_multipart(header + [ready, service.encode()])
    while True:
        if not socket.poll(50):
            socket.send_multipart(header + [heartbeat])
            continue
        frames = socket.recv_multipart()
        assert frames[: len(header)] == header, frames
        command, *rest = frames[len(header) :]
        if command == request:
            client, empty, *body = rest
            assert empty == b"", frames
            if version == "2":
                for part in body[:-1]:
                    socket.send_multipart(header + [b"\3", client, b"", part.upper()])
                body = body[-1:]
            socket.send_multipart(header + [final, client, b""] + [b.upper() for b in body])
            if body == [b"leave"]:
                socket.send_multipart(header + [disconnect])
                break
        elif command == disconnect:
            print("told to leave")
            break
        else:
            assert command == heartbeat and not rest, frames
    socket.close()


def client(version, endpoint, service, *bodies):
    for body in bodies:
        frames = [service.encode()] + body.encode().split(b",")
        socket = CONTEXT.socket(zmq.REQ if version == "1" else zmq.DEALER)
        socket.linger = 0
        socket.connect(endpoint)
        socket.send_multipart(([b"MDPC01"] if version == "1" else [b"MDPC02", b"\1"]) + frames)
        last = False
        while not last:
            if not socket.poll(15000):
                sys.exit("no reply to " + body)
            header, *reply = socket.recv_multipart()
            kind = "final"
            if version == "2":
                kind = {b"\2": "partial", b"\3": "final"}[reply.pop(0)]
            assert header == (b"MDPC01" if version == "1" else b"MDPC02"), header
            assert reply[0] == service.encode(), reply
            print(kind, b",".join(reply[1:]).decode(), flush=True)
            last = kind == "final"
        socket.close()


def broker(endpoint):
    socket = CONTEXT.socket(zmq.ROUTER)
    socket.linger = 1000
    socket.bind(endpoint)
    print("bound to", socket.getsockopt(zmq.LAST_ENDPOINT).strip(b"\0").decode(), flush=True)
    ready, waiting = [], []
    while True:
        sender, empty, header, *rest = socket.recv_multipart()
        assert empty == b""
        if header == b"MDPC01":
            waiting.append((sender, rest))
        elif rest[0] == b"\1":
            print("worker is ready for", rest[1].decode(), flush=True)
            ready.append((sender, rest[1]))
        elif rest[0] == b"\3":
            service = dict(ready + waiting_workers)[sender]
            socket.send_multipart([rest[1], b"", b"MDPC01", service] + rest[3:])
            ready.append((sender, service))
        elif rest[0] == b"\4":
            socket.send_multipart([sender, b"", b"MDPW01", b"\4"])
        elif rest[0] == b"\5":
            print("worker leaves", flush=True)
            break
        if ready and waiting:
            waiting_workers = [ready.pop(0)]
            asker, (service, *body) = waiting.pop(0)
            to = waiting_workers[0][0]
            socket.send_multipart([to, b"", b"MDPW01", b"\2", asker, b""] + body)
    socket.close()


{"worker": worker, "client": client, "broker": broker}[sys.argv[1]](*sys.argv[2:])
CONTEXT.term()
