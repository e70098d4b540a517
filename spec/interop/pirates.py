"""Pirates in another language: pyzmq and frames written by hand, nothing of Sloop.

  pirates.py client ENDPOINT BODY...      REQ; one request per BODY; prints each reply
  pirates.py req_worker ENDPOINT COUNT    says READY once, upper-cases COUNT requests
  pirates.py ppp_worker ENDPOINT COUNT    the same with PPP's READY and HEARTBEAT
  pirates.py broker COUNT                 load balancer; prints where it is bound; COUNT requests
  pirates.py ppp_queue COUNT              the same with PPP's HEARTBEAT, each 50 ms
"""
import sys

import zmq

CONTEXT = zmq.Context()
READY, HEARTBEAT = b"\1", b"\2"


def open_socket(kind, endpoint=None):
    socket = CONTEXT.socket(kind)
    socket.linger = 1000
    if endpoint:
        socket.connect(endpoint)
    else:
        socket.bind("tcp://127.0.0.1:*")
    return socket


def where(socket):
    return socket.getsockopt(zmq.LAST_ENDPOINT).strip(b"\0").decode()


def client(endpoint, *bodies):
    socket = open_socket(zmq.REQ, endpoint)
    for body in bodies:
        socket.send_multipart(body.encode().split(b","))
        if not socket.poll(15000):
            sys.exit("no reply to " + body)
        print(b",".join(socket.recv_multipart()).decode(), flush=True)


def req_worker(endpoint, count):
    socket = open_socket(zmq.REQ, endpoint)
    socket.send(READY)
    for _ in range(int(count)):
        asker, empty, *body = socket.recv_multipart()
        assert empty == b""
        socket.send_multipart([asker, b""] + [b.upper() for b in body])


def ppp_worker(endpoint, count):
    socket = open_socket(zmq.DEALER, endpoint)
    socket.send(READY)
    left, beats = int(count), 0
    while left > 0:
        if not socket.poll(50):
            socket.send(HEARTBEAT)
            continue
        frames = socket.recv_multipart()
        if frames == [HEARTBEAT]:
            beats += 1
            continue
        asker, empty, *body = frames
        assert empty == b""
        socket.send_multipart([asker, b""] + [b.upper() for b in body])
        left -= 1
    print("heard", beats, "heartbeats", flush=True)


def broker(count, ppp=False):
    front, back = open_socket(zmq.ROUTER), open_socket(zmq.ROUTER)
    print("bound to", where(front), where(back), flush=True)
    ready, left, heard = [], int(count), 0
    poller = zmq.Poller()
    poller.register(back, zmq.POLLIN)
    while left > 0:
        (poller.register if ready else poller.modify)(front, zmq.POLLIN if ready else 0)
        events = dict(poller.poll(50))
        if not events and ppp:
            for worker in ready:
                back.send_multipart([worker, HEARTBEAT])
        if back in events:
            worker, *frames = back.recv_multipart()
            if not ppp:
                assert frames.pop(0) == b""
            if frames == [HEARTBEAT]:
                heard += 1
                continue
            ready.append(worker)
            if frames != [READY]:
                front.send_multipart(frames)
                left -= 1
        if ready and front.poll(0):
            asker, *frames = front.recv_multipart()
            back.send_multipart([ready.pop(0)] + ([] if ppp else [b""]) + [asker] + frames)
    print("heard", heard, "heartbeats", flush=True)


def ppp_queue(count):
    broker(count, True)


{f.__name__: f for f in (client, req_worker, ppp_worker, broker, ppp_queue)}[sys.argv[1]](
    *sys.argv[2:]
)
CONTEXT.destroy(linger=1000)
