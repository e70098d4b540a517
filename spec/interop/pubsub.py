"""Publish-subscribe in another language: pyzmq, nothing of Sloop. Each is what the Guide's C program
of that name says and hears, frame by frame. Who binds prints where; publishers go on until killed.

  pubsub.py wuserver                        pubsub.py wuclient ENDPOINT ZIP COUNT
  pubsub.py psenvpub                        pubsub.py psenvsub ENDPOINT COUNT
  pubsub.py wuproxy UPSTREAM                XSUB - XPUB
  pubsub.py syncpub SUBSCRIBERS MESSAGES    pubsub.py syncsub FEED READY
  pubsub.py suisnail_publisher              pubsub.py suisnail_subscriber ENDPOINT WORK-MS
  pubsub.py pathopub ENDPOINT TOPICS        pubsub.py pathosub ENDPOINT TOPIC COUNT
  pubsub.py lvcache UPSTREAM
"""
import re
import sys
import time

import zmq

CONTEXT = zmq.Context()
LONGEST = 20  # seconds without a message


def open_socket(kind, endpoint=None, **options):
    socket = CONTEXT.socket(kind)
    socket.linger = 1000
    for name, value in options.items():
        setattr(socket, name, value)
    if endpoint:
        socket.connect(endpoint)
    else:
        socket.bind("tcp://127.0.0.1:*")
    return socket


def say_where(*sockets):
    places = [s.getsockopt(zmq.LAST_ENDPOINT).strip(b"\0").decode() for s in sockets]
    print("bound to", *places, flush=True)


def subscriber(endpoint, *prefixes, **options):
    socket = open_socket(zmq.SUB, endpoint, **options)
    for prefix in prefixes:
        socket.setsockopt(zmq.SUBSCRIBE, prefix)
    return socket


def s_recv(socket):
    """One frame, whatever message it is of."""
    if not socket.poll(LONGEST * 1000):
        sys.exit("nothing came")
    return socket.recv()


def scan(text, count):
    """The integers that text begins with, as sscanf reads them."""
    found = re.match(rb"\s*" + rb"\s+".join([rb"([+-]?\d+)"] * count), text)
    if not found:
        sys.exit("cannot read %r" % text)
    return [int(each) for each in found.groups()]


def wuserver():
    socket = open_socket(zmq.PUB)
    say_where(socket)
    number = 0
    while True:
        socket.send(b"%05d %d %d" % (10000 + number % 3, number % 200 - 80, number % 50 + 10))
        number += 1
        time.sleep(0.001)


def wuclient(endpoint, zip_code, count):
    socket = subscriber(endpoint, zip_code.encode() + b" ")
    total = 0
    for _ in range(int(count)):
        got, temperature, _ = scan(s_recv(socket), 3)
        if got != int(zip_code):
            sys.exit("another place: %d" % got)
        total += temperature
    print("Average temperature of", zip_code, total // int(count), flush=True)


def psenvpub():
    socket = open_socket(zmq.PUB)
    say_where(socket)
    while True:
        socket.send_multipart([b"A", b"not this"])
        socket.send_multipart([b"B", b"but this"])
        time.sleep(0.01)


def psenvsub(endpoint, count):
    socket = subscriber(endpoint, b"B")
    for _ in range(int(count)):
        print("[%s] %s" % (s_recv(socket).decode(), s_recv(socket).decode()), flush=True)


def wuproxy(upstream):
    frontend, backend = open_socket(zmq.XSUB, upstream), open_socket(zmq.XPUB)
    say_where(backend)
    zmq.proxy(frontend, backend)


def syncpub(subscribers, messages):
    feed = open_socket(zmq.PUB, sndhwm=1100000)
    ready = open_socket(zmq.REP)
    say_where(feed, ready)
    for _ in range(int(subscribers)):
        s_recv(ready)
        ready.send(b"")
    for _ in range(int(messages)):
        feed.send(b"Rhubarb")
    feed.send(b"END")
    ready.poll(LONGEST * 1000)  # until it is killed: its end may reset connections that still carry


def syncsub(feed, ready):
    socket = subscriber(feed, b"")
    time.sleep(1)
    client = open_socket(zmq.REQ, ready)
    client.send(b"")
    s_recv(client)
    count = 0
    while s_recv(socket) != b"END":
        count += 1
    print("Received %d updates" % count, flush=True)


def clock():
    return int(time.time() * 1000)


def suisnail_publisher():
    socket = open_socket(zmq.PUB)
    say_where(socket)
    while True:
        socket.send(b"%d" % clock())
        time.sleep(0.001)


def suisnail_subscriber(endpoint, work):
    socket = subscriber(endpoint, b"")
    print("ready", flush=True)
    while True:
        (stamp,) = scan(s_recv(socket), 1)
        if clock() - stamp > 1000:
            print("E: subscriber cannot keep up, aborting", flush=True)
            return
        time.sleep(int(work) / 1000)


def pathopub(endpoint, topics):
    socket = CONTEXT.socket(zmq.PUB)
    socket.bind(endpoint)
    say_where(socket)
    time.sleep(1)
    for number in range(int(topics)):
        socket.send_multipart([b"%03d" % number, b"Save Roger"])
    number = 0
    while True:
        time.sleep(0.05)
        socket.send_multipart([b"%03d" % (number % int(topics)), b"Off with his head!"])
        number += 1


def pathosub(endpoint, topic, count):
    socket = subscriber(endpoint, topic.encode())
    for _ in range(int(count)):
        got, value = s_recv(socket), s_recv(socket)
        if got != topic.encode():
            sys.exit("another topic: %r" % got)
        print(got.decode(), value.decode(), flush=True)


def lvcache(upstream):
    frontend, backend = subscriber(upstream, b""), open_socket(zmq.XPUB)
    say_where(backend)
    cache = {}
    poller = zmq.Poller()
    poller.register(frontend, zmq.POLLIN)
    poller.register(backend, zmq.POLLIN)
    while True:
        ready = dict(poller.poll())
        if frontend in ready:
            topic, value = s_recv(frontend), s_recv(frontend)
            cache[topic] = value
            backend.send_multipart([topic, value])
        if backend in ready:
            event = s_recv(backend)
            if event[:1] == b"\1" and event[1:] in cache:
                backend.send_multipart([event[1:], cache[event[1:]]])


globals()[sys.argv[1]](*sys.argv[2:])
CONTEXT.destroy(linger=10000)  # at its end Python drops what is not sent
