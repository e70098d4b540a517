"""Freelance peers in another language: pyzmq and frames written by hand, nothing of Sloop.

  freelance.py server MODEL COUNT            prints where it is bound; serves COUNT requests
  freelance.py client MODEL ENDPOINT NAME    one request, "hello"; prints the reply
                                             NAME is the server's routing id, in model 3
"""
import sys

import zmq

CONTEXT = zmq.Context()


def where(socket):
    return socket.getsockopt(zmq.LAST_ENDPOINT).strip(b"\0").decode()


def server(model, count):
    socket = CONTEXT.socket(zmq.ROUTER if model == "3" else zmq.REP)
    if model == "3":
        socket.setsockopt(zmq.IDENTITY, b"tcp://localhost:5555")
    socket.bind("tcp://127.0.0.1:*")
    print("bound to", where(socket), flush=True)
    left = int(count)
    while left > 0:
        frames = socket.recv_multipart()
        if model == "1":
            socket.send_multipart(frames)
        elif model == "2":
            assert len(frames) == 2, frames
            socket.send_multipart([frames[0], b"OK"])
        elif frames[1:] == [b"PING"]:
            socket.send_multipart([frames[0], b"PONG"])
            continue
        else:
            assert len(frames) >= 3, frames
            socket.send_multipart([frames[0], frames[1], b"OK"])
        left -= 1


def heard(socket):
    if not socket.poll(15000):
        sys.exit("no reply")
    return socket.recv_multipart()


def client(model, endpoint, name):
    kinds = {"1": zmq.REQ, "2": zmq.DEALER, "3": zmq.ROUTER}
    socket = CONTEXT.socket(kinds[model])
    socket.connect(endpoint)
    if model == "1":
        socket.send(b"hello")
        print(heard(socket)[0].decode(), flush=True)
    elif model == "2":
        socket.send_multipart([b"", b"1", b"hello"])
        empty, number, status = heard(socket)
        assert empty == b"" and number == b"1"
        print(status.decode(), flush=True)
    else:
        server_id = name.encode()
        while not socket.poll(50):  # a ROUTER cannot know when it is connected
            socket.send_multipart([server_id, b"PING"])
        assert heard(socket) == [server_id, b"PONG"]
        socket.send_multipart([server_id, b"1", b"hello"])
        frames = heard(socket)
        while frames == [server_id, b"PONG"]:
            frames = heard(socket)
        assert frames[:2] == [server_id, b"1"], frames
        print(frames[2].decode(), flush=True)


{"server": server, "client": client}[sys.argv[1]](*sys.argv[2:])
CONTEXT.destroy(linger=1000)
