#!/usr/bin/python3
"""What systemd sees of the gateway: its notifications, a socket handed over, the watchdog."""
import os
import shutil
import signal
import socket
import sys
import tempfile
import time
import urllib.request

gateway = os.path.join(os.environ["BUILD"], "dirgated")
if not os.access(gateway, os.X_OK):
    print("dirgated was not built")
    sys.exit(77)
count = failed = 0


def ok(good, name):
    global count, failed
    count += 1
    failed += not good
    print(f"{'ok' if good else 'not ok'} {count} - {name}", flush=True)


class Service:
    """The gateway as systemd would start it, with one listening socket."""

    def __init__(self, folder):
        self.notices = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        notify = os.path.join(folder, "notify")
        self.notices.bind(notify)
        self.notices.settimeout(20)
        self.told = []
        listener = socket.create_server(("127.0.0.1", 0))
        self.address = "http://127.0.0.1:%d" % listener.getsockname()[1]

        def hand_over():
            # sd_listen_fds(3): descriptors from 3 on, for the process of that id.
            os.dup2(listener.fileno(), 3)
            os.environ["LISTEN_PID"] = os.environ["WATCHDOG_PID"] = str(os.getpid())
            os.environ.update(LISTEN_FDS="1", WATCHDOG_USEC="400000", NOTIFY_SOCKET=notify)
            os.execv(gateway, [gateway, "--ldif", os.path.join(folder, "policy.ldif")])

        self.pid = os.fork()
        if self.pid == 0:
            hand_over()
        listener.close()

    def wait_for(self, words):
        """The next notification with the words in it, or None."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                notice = self.notices.recv(4096).decode()
            except TimeoutError:
                return None
            self.told.append(notice)
            if words in notice:
                return notice
        return None


def main(folder):
    policy = os.path.join(folder, "policy.ldif")
    shutil.copy("tests/scenario/daemon.ldif", policy)
    service = Service(folder)
    try:
        ok(service.wait_for("READY=1"), "ready")
        ok(any(n.startswith("STATUS=1 organization") for n in service.told), "the status says what is known")
        with urllib.request.urlopen(service.address + "/readyz") as answer:
            ok(answer.status == 200, "the socket that was handed over answers")
        ok(service.wait_for("WATCHDOG=1"), "a sign of life")
        began = time.monotonic()
        service.wait_for("WATCHDOG=1")
        service.wait_for("WATCHDOG=1")
        ok(time.monotonic() - began < 2, "signs of life come in time")
        os.kill(service.pid, signal.SIGHUP)
        ok("MONOTONIC_USEC=" in (service.wait_for("RELOADING=1") or ""), "reloading")
        ok(service.wait_for("READY=1"), "ready again")
        os.kill(service.pid, signal.SIGTERM)
        ok(service.wait_for("STOPPING=1"), "stopping")
        ok(os.waitpid(service.pid, 0)[1] == 0, "ended")
        service.pid = 0
    finally:
        if service.pid:
            os.kill(service.pid, signal.SIGKILL)


with tempfile.TemporaryDirectory() as scratch:
    main(scratch)
print(f"1..{count}")
sys.exit(failed > 0)
