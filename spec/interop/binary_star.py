"""Binary star by another implementation, for specs: what the ZeroMQ Guide's pair does, in Python.

binary_star.py server primary|backup INTERVAL_MS PEER_PORT    prints "bound CLIENTS STATES"
binary_star.py client INTERVAL_MS ENDPOINT ENDPOINT           prints "reply N" for each, without end
"""

import itertools
import sys
import time

import zmq

PRIMARY, BACKUP, ACTIVE, PASSIVE = 1, 2, 3, 4


def now():
    return time.monotonic() * 1000


def say(*words):
    print(*words, flush=True)


class Fatal(Exception):
    """Two are active, or two are passive: the Guide's programs end then."""


class Server:
    def __init__(self, role, interval):
        self.state = PRIMARY if role == "primary" else BACKUP
        self.interval = interval
        self.dead_at = now() + 2 * interval

    def become(self, state):
        self.state = state
        say("active" if state == ACTIVE else "passive")

    def on_peer(self, peer):
        self.dead_at = now() + 2 * self.interval
        if self.state == PRIMARY and peer == BACKUP:
            self.become(ACTIVE)
        elif self.state in (PRIMARY, BACKUP) and peer == ACTIVE:
            self.become(PASSIVE)
        elif self.state == ACTIVE and peer == ACTIVE:
            raise Fatal("dual active")
        elif self.state == PASSIVE and peer in (PRIMARY, BACKUP):
            self.become(ACTIVE)
        elif self.state == PASSIVE and peer == PASSIVE:
            raise Fatal("dual passive")

    def on_client(self):
        """Is this request served?"""
        if self.state == PASSIVE and now() >= self.dead_at:
            self.become(ACTIVE)
        return self.state == ACTIVE


def serve(role, interval, peer_port):
    context = zmq.Context()
    clients, states = context.socket(zmq.ROUTER), context.socket(zmq.PUB)
    ports = [socket.bind_to_random_port("tcp://127.0.0.1") for socket in (clients, states)]
    peer = context.socket(zmq.SUB)
    peer.setsockopt(zmq.SUBSCRIBE, b"")
    peer.connect(f"tcp://127.0.0.1:{peer_port}")
    say("bound", *ports)
    server, next_beat = Server(role, interval), now() + interval
    poller = zmq.Poller()
    for socket in (clients, peer):
        poller.register(socket, zmq.POLLIN)
    while True:
        ready = dict(poller.poll(max(0, next_beat - now())))
        if clients in ready:
            message = clients.recv_multipart()
            if server.on_client():
                clients.send_multipart(message)
        if peer in ready:
            server.on_peer(int(peer.recv().split(b" ")[0]))  # as atoi: up to the first blank
        if now() >= next_beat:
            states.send(b"%d" % server.state)
            next_beat = now() + interval


def ask(interval, endpoints):
    context, current = zmq.Context(), 0

    def connect():
        socket = context.socket(zmq.REQ)
        socket.setsockopt(zmq.LINGER, 0)
        socket.connect(endpoints[current])
        return socket

    socket = connect()
    for number in itertools.count(1):
        socket.send(b"%d" % number)
        while not socket.poll(interval):
            socket.close()
            time.sleep(2 * interval / 1000)
            current = (current + 1) % 2
            socket = connect()
            socket.send(b"%d" % number)
        if socket.recv() != b"%d" % number:
            sys.exit("the reply to another request")
        say("reply", number)
        time.sleep(0.01)


if __name__ == "__main__":
    if sys.argv[1] == "server":
        try:
            serve(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
        except Fatal as fatal:
            sys.exit(str(fatal))
    ask(int(sys.argv[2]), sys.argv[3:])
