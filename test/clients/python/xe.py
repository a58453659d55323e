#!/usr/bin/env python3
"""A second client of the thin CLI protocol, after its description alone.

It does what the client that ships with XenServer does on the wire, so that
ours is not the only one that the server is tried with: HTTP/1.0 with just the
headers that the other one sends, TLS 1.2 with one curve and two suites, the
order of arguments, the guard around files. Python's standard library only.
"""

import os
import socket
import ssl
import struct
import sys
from urllib.parse import urlsplit

MAGIC = b"XenSource thin CLI protocol"
VERSION = (0, 2)
COMMAND, RESPONSE, BLOB = 9, 10, 11
OK, FAILED = 5, 6
CHUNK, END = 7, 8
PRINT, LOAD, PROMPT, EXIT, GET, PUT, ERROR, DEBUG, STDERR, CONNECT = 0, 1, 3, 4, 12, 13, 14, 15, 16, 17
OPTIONS = {"-s": "server", "-h": "server", "-p": "port", "-u": "username", "-pw": "password", "-pwf": "passwordfile"}
OWN = ("server", "port", "username", "password", "passwordfile", "nossl", "debug", "debugonfail", "traceparent")


def die(text):
    print(text, file=sys.stderr)
    sys.exit(1)


def settings(argv):
    """Splits a command line: the client's own settings, and what is sent."""
    own = {"server": "127.0.0.1", "username": "root", "password": "null"}
    rest, later = [], []

    def take(words, out):
        for w in words:
            key, eq, value = w.partition("=")
            if eq and key in OWN:
                own[key] = value
            else:
                out.append(w)

    try:
        with open(os.path.expanduser("~/.xe")) as f:
            take([line.strip() for line in f if line.strip()], later)
    except OSError:
        pass
    extra = []
    take([w.replace("\0", ",").replace("\\", "")
          for w in os.environ.get("XE_EXTRA_ARGS", "").replace("\\,", "\0").split(",") if w], extra)
    words = list(argv)
    typed = []
    while words:
        w = words.pop(0)
        if w in OPTIONS and words:
            own[OPTIONS[w]] = words.pop(0)
        elif w == "--nossl":
            own["nossl"] = "true"
        else:
            typed.append(w)
    take(typed, rest)
    if "passwordfile" in own:
        with open(own["passwordfile"]) as f:
            own["username"], own["password"] = f.read().split("\n")[:2]
    return own, rest, rest + extra + later


def dial(own, host=None):
    plain = own["server"] == "127.0.0.1" or own.get("nossl") == "true"
    port = int(own.get("port") or (80 if plain else 443))
    s = socket.create_connection((host or own["server"], port))
    if plain:
        return s
    c = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    c.check_hostname, c.verify_mode = False, ssl.CERT_NONE
    c.minimum_version = c.maximum_version = ssl.TLSVersion.TLSv1_2
    c.set_ciphers("ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256")
    c.set_ecdh_curve("secp384r1")
    return c.wrap_socket(s)


class Channel:
    def __init__(self, sock):
        self.sock, self.file = sock, sock.makefile("rb")

    def read(self, n):
        b = self.file.read(n)
        if len(b) < n:
            die("Error: the connection was lost")
        return b

    def message(self):
        (n,) = struct.unpack("<i", self.read(4))
        return Payload(self.read(n))

    def send(self, *ints):
        payload = struct.pack("<%di" % len(ints), *ints)
        self.sock.sendall(struct.pack("<i", len(payload)) + payload)

    def blob(self, data):
        self.send(BLOB, CHUNK, len(data))
        self.sock.sendall(data)
        self.send(BLOB, END)


class Payload:
    def __init__(self, b):
        self.b, self.at = b, 0

    def int(self):
        (n,) = struct.unpack_from("<i", self.b, self.at)
        self.at += 4
        return n

    def text(self):
        n = self.int()
        self.at += n
        return self.b[self.at - n:self.at].decode()


def allowed(name, typed, here=False):
    """A server may only touch files that the user has named."""
    named = [os.path.abspath(w.split("=", 1)[1]) for w in typed if "=" in w]
    if os.path.abspath(name) not in named and not (here and os.path.abspath(name) == os.getcwd()):
        die("File not permitted: " + name)


def request(own, method, url, length=None):
    """Opens a transfer's own connection: the answer's status, and its body."""
    for _ in range(5):
        u = urlsplit(url)
        sock = dial(own, u.hostname)
        path = u.path + ("?" + u.query if u.query else "")
        head = "%s %s HTTP/1.0\r\n" % (method, path)
        if length is not None:
            head += "Content-length: %d\r\n" % length
        sock.sendall((head + "\r\n").encode())
        f = sock.makefile("rb")
        status = int(f.readline().split()[1])
        location = None
        while (line := f.readline().strip()):
            key, _, value = line.decode().partition(":")
            if key.lower() == "location":
                location = value.strip()
        if status != 302:
            return status, sock, f
        url = location
    die("Error: redirected for ever")


def get(ch, own, name, url):
    status, _, f = request(own, "GET", url)
    if status != 200:
        return ch.send(RESPONSE, FAILED)
    try:
        out = sys.stdout.buffer if name == "" else os.fdopen(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    except OSError as e:
        ch.send(RESPONSE, FAILED)
        die("Operation failed. Error: %s" % e)
    while (b := f.read(1 << 16)):
        out.write(b)
    out.flush()
    ch.send(RESPONSE, OK)


def put(ch, own, name, url):
    try:
        f = open(name, "rb")
    except OSError as e:
        ch.send(RESPONSE, FAILED)
        die("Operation failed. Error: %s" % e)
    status, sock, _ = request(own, "PUT", url, os.path.getsize(name))
    if status != 200:
        return ch.send(RESPONSE, FAILED)
    while (b := f.read(1 << 16)):
        sock.sendall(b)
    ch.send(RESPONSE, OK)


def run(argv):
    own, typed, words = settings(argv)
    body = "\n".join(words + ["username=" + own["username"], "password=" + own["password"]]).encode()
    try:
        sock = dial(own)
    except OSError as e:
        die("Error: %s" % e)
    sock.sendall(b"POST /cli HTTP/1.0\r\nUser-agent: xe-cli/Unix/0.2\r\noriginator: cli\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
    ch = Channel(sock)
    if ch.read(len(MAGIC)) != MAGIC or struct.unpack("<2i", ch.read(8))[0] != VERSION[0]:
        die("this is not a management agent")
    sock.sendall(MAGIC + struct.pack("<2i", *VERSION))
    while True:
        m = ch.message()
        if m.int() != COMMAND:
            die("Error: unknown tag")
        kind = m.int()
        if kind == PRINT:
            print(m.text(), flush=True)
        elif kind == STDERR:
            sys.stderr.write(m.text())
            sys.stderr.flush()
        elif kind == DEBUG:
            m.text()
        elif kind == LOAD:
            name = m.text()
            allowed(name, typed)
            try:
                with open(name, "rb") as f:
                    data = f.read()
            except OSError:
                ch.send(RESPONSE, FAILED)
                continue
            ch.send(RESPONSE, OK)
            ch.blob(data)
        elif kind == PROMPT:
            line = sys.stdin.readline()
            if not line:
                die("Error: the connection was lost")
            ch.blob(line.rstrip("\n").encode())
        elif kind in (GET, PUT):
            name, url = m.text(), m.text()
            if name:
                allowed(name, typed, kind == GET)
            (get if kind == GET else put)(ch, own, name, url)
        elif kind == ERROR:
            code, n = m.text(), m.int()
            params = ", ".join(m.text() for _ in range(n))
            sys.stderr.write("Error code: %s\nError parameters: %s\n" % (code, params))
        elif kind == EXIT:
            sys.exit(m.int())
        else:
            die("Error: unknown command %d" % kind)


if __name__ == "__main__":
    run(sys.argv[1:])
