#!/usr/bin/env python3
"""Calls a XenAPI message, with nothing but Python's own library.

    xen.py [--local] HOST[,HOST...] MESSAGE [ARGUMENT...]
    xen.py HOST[,HOST...] hosts N

HOST is an address, or several of which one is the master; a port is asked of
XEN_PORT (443). root's password is asked of XEN_PASSWORD ("secret"). Arguments are
JSON where they are JSON, else text; "host:ADDRESS", "vm:NAME" and "pool:" stand
for the reference of such an object. --local opens a local session, as one may
on a slave. "hosts N" waits until N hosts are enabled and lists all.

A host that does not answer yet is waited for, for up to 30 seconds.
"""

import json
import os
import ssl
import sys
import time
import urllib.error
import urllib.request

PORT = os.environ.get("XEN_PORT", "443")
PASSWORD = os.environ.get("XEN_PASSWORD", "secret")
PATIENCE = 30


class Failure(Exception):
    """A failure of the API: its code and parameters."""


def call(host, message, *params):
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": message, "params": params}).encode()
    request = urllib.request.Request(f"https://{host}:{PORT}/jsonrpc", body, {"Content-Type": "application/json"})
    context = ssl._create_unverified_context()  # the host vouches for itself
    with urllib.request.urlopen(request, context=context, timeout=30) as response:
        answer = json.load(response)
    if "error" in answer and answer["error"]:
        raise Failure(answer["error"]["message"], answer["error"]["data"])
    return answer["result"]


def login(hosts, local):
    """Opens a session on the first host that gives one; several are searched for the master."""
    message = "session.slave_local_login_with_password" if local else "session.login_with_password"
    deadline = time.monotonic() + PATIENCE
    while True:
        for host in hosts:
            try:
                return host, call(host, message, "root", PASSWORD)
            except Failure as failure:
                patient = failure.args[0] == "HOST_STILL_BOOTING" or len(hosts) > 1
                if not patient or time.monotonic() > deadline:
                    raise
            except (OSError, urllib.error.URLError):
                if time.monotonic() > deadline:
                    raise
        time.sleep(0.1)


def argument(host, session, text):
    kind, _, name = text.partition(":")
    if kind == "host":
        records = call(host, "host.get_all_records", session)
        return next((ref for ref, r in records.items() if r["address"] == name), text)
    if kind == "vm":
        return call(host, "VM.get_by_name_label", session, name)[0]
    if text == "pool:":
        return call(host, "pool.get_all", session)[0]
    try:
        return json.loads(text)
    except ValueError:
        return text


def hosts_table(host, session, wanted):
    deadline = time.monotonic() + PATIENCE
    while True:
        records = call(host, "host.get_all_records", session)
        if sum(r["enabled"] for r in records.values()) >= wanted or time.monotonic() > deadline:
            break
        time.sleep(0.1)
    master = call(host, "pool.get_master", session, call(host, "pool.get_all", session)[0])
    for ref, r in sorted(records.items(), key=lambda item: item[1]["address"]):
        print(r["address"], "enabled" if r["enabled"] else "disabled", *(["master"] if ref == master else []))


def main(words):
    local = words[:1] == ["--local"]
    hosts, message, *rest = words[local:]
    try:
        host, session = login(hosts.split(","), local)
        if message == "hosts":
            hosts_table(host, session, int(rest[0]))
            return 0
        result = call(host, message, session, *[argument(host, session, a) for a in rest])
        if result not in (None, ""):
            print(result if isinstance(result, str) else json.dumps(result))
        return 0
    except Failure as failure:
        print(*failure.args)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
