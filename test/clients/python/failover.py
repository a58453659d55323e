"""Follows a pool's master through a fail-over: failover.py USER PASSWORD URL...

The first URL is a slave's. Prints "ready" once it works, waits for a line, by
which the master is gone, and then works on.
"""

import sys
import time

import XenAPI

USER, PASSWORD, *URLS = sys.argv[1:]
DEADLINE = time.monotonic() + 60


def login(urls):
    """Logs in at the first URL that answers, or where it refers to."""
    while time.monotonic() < DEADLINE:
        for url in urls:
            try:
                session = XenAPI.Session(url, ignore_ssl=True)
                session.xenapi.login_with_password(USER, PASSWORD, "1.0", "failover.py")
                return session
            except XenAPI.Failure as failure:
                if failure.details[0] == "HOST_IS_SLAVE":
                    port = url.rsplit(":", 1)[1]
                    try:
                        session = XenAPI.Session("https://%s:%s" % (failure.details[1], port), ignore_ssl=True)
                        session.xenapi.login_with_password(USER, PASSWORD, "1.0", "failover.py")
                        return session
                    except (OSError, XenAPI.Failure):
                        pass  # it names a master that is gone: somebody else will know
            except OSError:
                pass
        time.sleep(0.05)
    sys.exit("FAILED: no master in a minute")


session = login(URLS[:1])
pool = session.xenapi.pool.get_all()[0]
session.xenapi.pool.set_name_label(pool, "before")
print("ready", flush=True)
sys.stdin.readline()
try:
    session.xenapi.pool.get_name_label(pool)
    sys.exit("FAILED: the old master answers")
except (OSError, XenAPI.Failure):
    pass
session = login(URLS)
if session.xenapi.pool.get_name_label(pool) != "before":
    sys.exit("FAILED: a write is lost")
session.xenapi.pool.set_name_label(pool, "after")
if session.xenapi.pool.get_name_label(pool) != "after":
    sys.exit("FAILED: the new master does not write")
print("done", flush=True)
