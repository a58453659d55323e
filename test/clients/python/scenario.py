"""Drives a pool through the PyPI package XenAPI: scenario.py URL USER PASSWORD."""

import ssl
import sys
import threading
import time

import XenAPI

DEADLINE = time.monotonic() + 60


def check(condition, what):
    if not condition:
        sys.exit("FAILED: " + what)


def step(name):
    print("ok", name, flush=True)


def expect(details, call, *args):
    try:
        call(*args)
    except XenAPI.Failure as e:
        check(e.details == details, "%s: got %s, want %s" % (call, e.details, details))
        return
    check(False, "%s did not fail" % call)


def new_session(url, user, password):
    s = XenAPI.Session(url, ignore_ssl=True)
    s.xenapi.login_with_password(user, password, "2.0", "scenario.py")
    return s


def records(api, session):
    """Reads all records of every class that has some; gives how many classes."""
    names = {m[: -len(".get_all_records")] for m in api.host.list_methods() if m.endswith(".get_all_records")}
    read = 0
    for name in sorted(names):
        try:
            all_records = getattr(api, name).get_all_records()
        except XenAPI.Failure as e:
            check(e.details == ["MESSAGE_REMOVED"], "%s.get_all_records: %s" % (name, e.details))
            continue
        check(all(ref.startswith("OpaqueRef:") or name == "role" for ref in all_records), name + " has odd references")
        read += 1
    return read


def install(api):
    template = api.VM.get_by_name_label("Other install media")[0]
    vm = api.VM.clone(template, "python scenario")
    api.VM.set_name_description(vm, "made by scenario.py")
    api.VM.provision(vm)
    sr = api.pool.get_default_SR(api.pool.get_all()[0])
    vdi = api.VDI.create({
        "name_label": "python disk", "name_description": "", "SR": sr, "virtual_size": str(1 << 30), "type": "user",
        "sharable": False, "read_only": False, "other_config": {},
    })
    common = {"VM": vm, "other_config": {}, "qos_algorithm_type": "", "qos_algorithm_params": {}}
    api.VBD.create({**common, "VDI": vdi, "userdevice": "0", "bootable": True, "mode": "RW", "type": "Disk", "empty": False, "unpluggable": False})
    api.VBD.create({**common, "VDI": "OpaqueRef:NULL", "userdevice": "3", "bootable": False, "mode": "RO", "type": "CD", "empty": True, "unpluggable": True})
    api.VIF.create({**common, "device": "0", "network": api.network.get_all()[0], "MAC": "", "MTU": "1500"})
    return vm, vdi


class Watcher(threading.Thread):
    """Follows one VM by event.from in a session of its own."""

    def __init__(self, session, vm):
        super().__init__(daemon=True)
        self.session, self.vm, self.states, self.ended = session, vm, [], False
        self.changed = threading.Condition()
        batch = session.xenapi.event_from([("VM/" + vm)], "", 0.0)
        self.token = batch["token"]
        self.take(batch)

    def take(self, batch):
        with self.changed:
            for e in batch["events"]:
                if e["operation"] == "del":
                    self.states.append("gone")
                elif not self.states or self.states[-1] != e["snapshot"]["power_state"]:
                    self.states.append(e["snapshot"]["power_state"])
            self.changed.notify_all()

    def run(self):
        while self.states[-1:] != ["gone"]:
            batch = self.session.xenapi.event_from(["VM/" + self.vm], self.token, 5.0)
            self.token = batch["token"]
            self.take(batch)

    def wait_for(self, state):
        with self.changed:
            while self.states[-1] != state:
                check(self.changed.wait(DEADLINE - time.monotonic()), "no event told that the VM is " + state + ": " + str(self.states))


def await_ip(api, vm):
    token = ""
    while time.monotonic() < DEADLINE:
        metrics = api.VM.get_guest_metrics(vm)
        if metrics != "OpaqueRef:NULL" and "0/ip" in api.VM_guest_metrics.get_networks(metrics):
            return
        token = api.event_from(["vm_guest_metrics", "vm"], token, 5.0)["token"]
    check(False, "the guest never told its address")


def run_task(api, task):
    token = ""
    while api.task.get_status(task) == "pending":
        check(time.monotonic() < DEADLINE, "a task hangs")
        token = api.event_from(["task/" + task], token, 5.0)["token"]
    record = api.task.get_record(task)
    check(record["status"] == "success" and record["progress"] == 1.0, "task: %s" % record)
    api.task.destroy(task)
    return record["result"]


def main(url, user, password):
    session = new_session(url, user, password)
    api = session.xenapi
    host = api.session.get_this_host(session._session)
    check(int(api.host.get_API_version_major(host)) >= 1, "API version")
    step("login")
    step("records of %d classes" % records(api, session))
    vm, vdi = install(api)
    step("install")

    watcher = Watcher(new_session(url, user, password), vm)
    check(watcher.states == ["Halted"], "the first event: %s" % watcher.states)
    watcher.start()
    check(run_task(api, api.Async.VM.start(vm, False, False)) == "<value></value>", "result of a start")
    watcher.wait_for("Running")
    await_ip(api, vm)
    step("start")
    for method, state in (
        (api.VM.clean_reboot, "Running"), (api.VM.suspend, "Suspended"), (lambda v: api.VM.resume(v, False, False), "Running"),
        (api.VM.pause, "Paused"), (api.VM.unpause, "Running"),
    ):
        method(vm)
        watcher.wait_for(state)
        check(api.VM.get_power_state(vm) == state, "the VM is not " + state)
        if state == "Running":
            await_ip(api, vm)
    step("reboot, suspend, resume, pause, unpause")

    expect(["VM_BAD_POWER_STATE", vm, "halted", "running"], api.VM.start, vm, False, False)
    expect(["UUID_INVALID", "VM", "nope"], api.VM.get_by_uuid, "nope")
    expect(["HANDLE_INVALID", "VM", "OpaqueRef:gone"], api.VM.get_record, "OpaqueRef:gone")
    step("errors")

    api.VM.clean_shutdown(vm)
    watcher.wait_for("Halted")
    api.VM.destroy(vm)
    watcher.wait_for("gone")
    watcher.join(5)
    api.VDI.destroy(vdi)
    step("shutdown and destroy")

    reference = session._session
    api.session.logout()
    check(raw_failure(url, reference) == ["SESSION_INVALID", reference], "the session outlives its logout")
    step("logout")


def raw_failure(url, reference):
    import xmlrpc.client
    proxy = xmlrpc.client.ServerProxy(url, context=ssl._create_unverified_context())
    return proxy.VM.get_all(reference).get("ErrorDescription")


if __name__ == "__main__":
    main(*sys.argv[1:4])
