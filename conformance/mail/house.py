"""A pool that mails, a mail server that it mails to, and a browser that shows the mail."""

import json
import os
import pathlib
import queue
import signal
import ssl
import subprocess
import tempfile
import urllib.request
import warnings

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("POOLHOUSE_BIN", str(ROOT / "target/release/poolhouse"))
CHROMIUM = os.environ.get("CHROMIUM_BIN", "/usr/bin/chromium")
ARTEFACTS = ROOT / "conformance/artefacts"

DEFINITION = """
import { defineAuth } from '@aws-amplify/backend';
export const auth = defineAuth({
  loginWith: { email: { otpLogin: true } },
  senders: { email: { fromEmail: 'login@example.com', fromName: 'Crème & Söhne', replyTo: 'help@example.com' } },
});
"""

PASSWORD = "s3cret, with a blank"


class Post:
    """Takes mail, and keeps it."""

    def __init__(self):
        self.mails = queue.Queue()

    async def handle_DATA(self, server, session, envelope):
        self.mails.put(envelope)
        return "250 taken"


class MailServer(Controller):
    """aiosmtpd on a free port of this machine. `tls` is "starttls", "implicit" or "none"."""

    def __init__(self, authority, tls, password=None, name="localhost"):
        self.post, self.password, self.tls = Post(), password, tls
        self.contexts = None
        if tls != "none":
            self.contexts = server_context(authority, name)
        super().__init__(self.post, hostname="127.0.0.1", port=0, ssl_context=self.contexts if tls == "implicit" else None)

    def factory(self):
        starttls = self.contexts if self.tls == "starttls" else None
        authenticated = {}
        if self.password is not None:
            authenticated = {
                "auth_required": True,
                "auth_require_tls": self.tls == "starttls",
                "authenticator": self.check,
            }
        # It warns of AUTH without STARTTLS, although it is inside TLS already.
        warnings.simplefilter("ignore", UserWarning)
        return SMTP(self.handler, tls_context=starttls, require_starttls=starttls is not None, **authenticated)

    def check(self, server, session, envelope, mechanism, data):
        expected = (b"acme", self.password.encode())
        return AuthResult(success=(data.login, data.password) == expected)

    @property
    def number(self):
        return self.server.sockets[0].getsockname()[1]

    def _trigger_server(self):
        # It asks for the port that was wanted, which is 0.
        self.port = self.number
        super()._trigger_server()

    def mail(self, seconds=30):
        """The next mail."""
        return self.post.mails.get(timeout=seconds)


def server_context(authority, name):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


class House:
    """`poolhouse dev` for a definition, with settings and the words of the mail that signs in, until it is left."""

    def __init__(self, settings, definition=DEFINITION, files=(), env=(), words=""):
        self.folder = tempfile.TemporaryDirectory(prefix="poolhouse-mail-")
        self.path = pathlib.Path(self.folder.name)
        (self.path / "amplify/auth").mkdir(parents=True)
        (self.path / "amplify/auth/resource.ts").write_text(definition)
        (self.path / "poolhouse.toml").write_text(settings)
        for name, text in dict(files).items():
            (self.path / name).write_bytes(text)
            (self.path / name).chmod(0o600)
        if words:
            (self.path / "words/default").mkdir(parents=True)
            (self.path / "words/default/sign-in.mail.txt").write_text(words)
        self.env = dict(env)

    def __enter__(self):
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self.log = tempfile.TemporaryFile(mode="w+")
        self.process = subprocess.Popen(
            [BINARY, "dev", str(self.path), "--listen", "127.0.0.1:0"],
            env={**kept, **self.env}, stdout=subprocess.PIPE, stderr=self.log, text=True,
        )
        for line in self.process.stdout:
            if "ready" in line:
                self.url = next(word for word in line.split() if word.startswith("http"))
                self.client = json.loads((self.path / "amplify_outputs.json").read_text())["Auth"]["Cognito"]["userPoolClientId"]
                return self
        self.process.wait(timeout=30)
        self.process.stdout.close()
        raise AssertionError(self.said())

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(timeout=30)
        self.process.stdout.close()
        said = self.said()
        self.log.close()
        self.folder.cleanup()
        if status != 0:
            raise AssertionError(f"ended with {status}: {said}")

    def said(self):
        """What it logged so far."""
        self.log.seek(0)
        return self.log.read()

    def call(self, operation, **body):
        request = urllib.request.Request(
            self.url.replace("localhost", "127.0.0.1"),
            data=json.dumps({"ClientId": self.client, **body}).encode(),
            headers={
                "content-type": "application/x-amz-json-1.1",
                "x-amz-target": f"AWSCognitoIdentityProviderService.{operation}",
            },
        )
        with urllib.request.urlopen(request, timeout=30) as reply:
            return json.load(reply)

    def inbox(self, to):
        url = f"{self.url}inbox/messages?to={to}".replace("localhost", "127.0.0.1")
        with urllib.request.urlopen(url, timeout=30) as reply:
            return json.load(reply)


def picture(html, name):
    """Screenshots of a mail: light and dark, on a desk and on a phone."""
    ARTEFACTS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        page = pathlib.Path(folder) / "mail.html"
        page.write_text(html)
        for scheme, number in (("light", 1), ("dark", 0)):
            for device, size in (("desk", "800,560"), ("phone", "390,560")):
                shot = ARTEFACTS / f"mail-{name}-{scheme}-{device}.png"
                subprocess.run(
                    [
                        CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
                        f"--user-data-dir={folder}/profile", f"--window-size={size}",
                        f"--blink-settings=preferredColorScheme={number}",
                        f"--screenshot={shot}", page.as_uri(),
                    ],
                    check=True, capture_output=True, timeout=120,
                )
                if not shot.stat().st_size:
                    raise AssertionError(f"{shot} is empty")


def authority_of(name="Poolhouse tests"):
    return trustme.CA(organization_name=name)
