"""The program under test: run as a person runs it, on loopback and on a port of its own."""

import atexit
import json
import os
import pathlib
import queue
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("POOLHOUSE_BIN", str(ROOT / "target/release/poolhouse"))
PROJECT = ROOT / "conformance/sdk-project"
READY_WITHIN_S = 20
STOPPED_WITHIN_S = 10
ARRIVES_WITHIN_S = 5
LOOK_EVERY_S = 0.02

# Nothing that is set on this machine may send a request elsewhere or sign it.
for name in [name for name in os.environ if name.upper().endswith("_PROXY") or name.startswith("AWS_")]:
    del os.environ[name]
os.environ["AWS_EC2_METADATA_DISABLED"] = "true"


class Poolhouse:
    """`poolhouse dev` on a copy of the project."""

    def __init__(self):
        self.read = {}
        self.folder = tempfile.mkdtemp(prefix="poolhouse-conformance-")
        shutil.copytree(PROJECT, self.folder, dirs_exist_ok=True)
        command = [BINARY, "dev", self.folder, "--listen", f"127.0.0.1:{free_port()}"]
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, **streams)
        atexit.register(self.process.kill)
        self.url = self._ready()
        outputs = json.loads((pathlib.Path(self.folder) / "amplify_outputs.json").read_text())
        self.pool_id = outputs["Auth"]["Cognito"]["userPoolId"]
        listed = subprocess.run(
            [BINARY, "clients", self.folder, "--json"], check=True, capture_output=True, text=True, timeout=60
        )
        self.clients = {client["name"]: client for client in json.loads(listed.stdout)}

    def next_code(self, address):
        """The code in the oldest message to an address that was not read yet; waits for it to arrive."""
        read = self.read.get(address, 0)
        query = urllib.parse.urlencode({"to": address})
        give_up = time.monotonic() + ARRIVES_WITHIN_S
        while time.monotonic() < give_up:
            with urllib.request.urlopen(f"{self.url}/inbox/messages?{query}", timeout=5) as reply:
                messages = json.load(reply)
            if len(messages) > read:
                self.read[address] = read + 1
                return messages[-1 - read]["code"]
            time.sleep(LOOK_EVERY_S)
        raise AssertionError(f"{read} messages to {address} were read, and no other came within {ARRIVES_WITHIN_S} s")

    def stop(self):
        """Asks the program to stop, as a service manager does, and holds it to a clean end."""
        assert self.process.poll() is None, "poolhouse ended by itself"
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(STOPPED_WITHIN_S)
        shutil.rmtree(self.folder)
        assert status == 0, f"SIGTERM should end poolhouse with status 0: got {status}"

    def _ready(self):
        """The URL in the line with the word "ready"; reads on after it, so that the program can go on printing."""
        lines = queue.Queue()
        threading.Thread(target=lambda: [lines.put(line) for line in self.process.stdout], daemon=True).start()
        printed, give_up = "", time.monotonic() + READY_WITHIN_S
        while time.monotonic() < give_up and self.process.poll() is None:
            try:
                line = re.sub(r"\x1b\[[0-9;]*m", "", lines.get(timeout=0.1))
            except queue.Empty:
                continue
            printed += line
            url = re.search(r"https?://[\w.:\[\]-]+", line)
            if re.search(r"\bready\b", line) and url:
                return url[0]
        self.process.kill()
        raise AssertionError(f"poolhouse was not ready:\n{printed}")


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
