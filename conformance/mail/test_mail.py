"""Mails of `poolhouse dev`, over TLS to aiosmtpd, read with Python's own MIME library."""

import email
import email.policy
import html.parser
import logging
import re
import unittest

from house import DEFINITION, PASSWORD, House, MailServer, authority_of, picture

AUTHORITY = authority_of()

# aiosmtpd tells of every connection that we break off.
logging.getLogger("mail").setLevel(logging.CRITICAL)


def sender(server, tls, login=True, host="localhost", ca="ca.pem"):
    text = f"""
[[mail.senders]]
kind = "smtp"
host = "{host}"
port = {server.number}
tls = "{tls}"
"""
    if tls != "none":
        text += f'ca_file = "{ca}"\n'
    if login:
        text += 'username = "acme"\npassword_file = "password"\n'
    return text


FILES = {"ca.pem": AUTHORITY.cert_pem.bytes(), "password": f"{PASSWORD}\n".encode()}


class Links(html.parser.HTMLParser):
    """Where the links of a page lead."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found += [value for name, value in attrs if name == "href"]


def parsed(envelope):
    return email.message_from_bytes(envelope.content, policy=email.policy.default)


def part(mail, kind):
    return mail.get_body(preferencelist=(kind,)).get_content().replace("\r\n", "\n")


class Mails(unittest.TestCase):
    def server(self, tls, **more):
        server = MailServer(AUTHORITY, tls, **more)
        server.start()
        self.addCleanup(server.stop)
        return server

    def sign_up(self, house, server, address="ann@example.com"):
        house.call("SignUp", Username=address)
        envelope = server.mail()
        self.assertEqual(envelope.mail_from, "login@example.com")
        self.assertEqual(envelope.rcpt_tos, [address])
        return parsed(envelope)

    def test_over_starttls_and_over_tls(self):
        for tls in ("starttls", "implicit"):
            with self.subTest(tls):
                server = self.server(tls, password=PASSWORD)
                with House(sender(server, tls), files=FILES) as house:
                    mail = self.sign_up(house, server)
                    self.assertEqual(server.post.mails.qsize(), 0)
                    code = re.search(r"\d{6}", part(mail, "plain"))[0]
                    self.assertEqual(house.inbox("ann@example.com")[0]["code"], code)
                    reply = house.call("ConfirmSignUp", Username="ann@example.com", ConfirmationCode=code)
                    self.assertIn("Session", reply)
                    self.assertEqual(house.said(), "")

    def test_what_is_in_a_mail(self):
        server = self.server("none")
        with House(sender(server, "none", login=False)) as house:
            house.call("SignUp", Username="ann@example.com")
            envelope = server.mail()
        envelope.content.decode("ascii")
        mail = parsed(envelope)
        self.assertEqual(list(mail.defects), [])
        self.assertEqual(mail["From"].addresses[0].display_name, "Crème & Söhne")
        self.assertEqual(mail["From"].addresses[0].addr_spec, "login@example.com")
        self.assertEqual(mail["Reply-To"], "help@example.com")
        self.assertEqual(mail["To"], "ann@example.com")
        self.assertEqual(mail["Subject"], "Verify your new account")
        self.assertEqual(mail["Auto-Submitted"], "auto-generated")
        self.assertRegex(mail["Message-ID"], r"^<[0-9a-f]{32}@example\.com>$")
        self.assertIsNotNone(mail["Date"].datetime)
        self.assertEqual(mail["MIME-Version"], "1.0")
        self.assertEqual(mail.get_content_type(), "multipart/alternative")
        kinds = [one.get_content_type() for one in mail.iter_parts()]
        self.assertEqual(kinds, ["text/plain", "text/html"])
        for one in mail.iter_parts():
            self.assertEqual(one.get_content_charset(), "utf-8")
        text, html = part(mail, "plain"), part(mail, "html")
        code = re.fullmatch(r"The verification code to your new account is (\d{6})\s*", text)[1]
        self.assertIn(f">{code}</p>", html)
        self.assertNotRegex(html, r"https?:|<img|<script|<a ")
        for line in envelope.content.split(b"\r\n"):
            self.assertLessEqual(len(line), 998)

    def test_words_of_every_alphabet(self):
        definition = DEFINITION.replace(
            "otpLogin: true",
            "otpLogin: true, verificationEmailSubject: 'Dein Schlüssel 🔑 für Crème & Söhne, so lang, dass er nicht in eine Zeile passt', "
            "verificationEmailBody: (code) => `Grüße aus Zürich 😀\\n\\nDein Code: ${code()}\\n.\\n密码`",
        )
        server = self.server("none")
        with House(sender(server, "none", login=False), definition) as house:
            house.call("SignUp", Username="ann@example.com")
            envelope = server.mail()
        self.assertEqual(envelope.rcpt_tos, ["ann@example.com"])
        mail = parsed(envelope)
        self.assertEqual(mail["Subject"], "Dein Schlüssel 🔑 für Crème & Söhne, so lang, dass er nicht in eine Zeile passt")
        self.assertRegex(part(mail, "plain"), r"^Grüße aus Zürich 😀\n\nDein Code: \d{6}\n\.\n密码\s*$")
        self.assertIn("Grüße aus Zürich 😀", part(mail, "html"))

    def test_nothing_goes_out_that_is_not_safe(self):
        other = authority_of("somebody else")
        plain = self.server("none")
        cases = [
            ("another authority", self.server("starttls", password=PASSWORD), {"ca.pem": other.cert_pem.bytes()}),
            ("another name", self.server("implicit", password=PASSWORD, name="example.com"), {}),
            ("wrong password", self.server("starttls", password=PASSWORD), {"password": b"wrong"}),
            ("no STARTTLS", plain, {}),
        ]
        for name, server, files in cases:
            with self.subTest(name):
                safe = self.server("starttls", password=PASSWORD)
                tls = "implicit" if name == "another name" else "starttls"
                # The second one shows that the first was tried.
                settings = sender(server, tls) + sender(safe, "starttls", ca="good.pem").replace('"password"', '"good"')
                good = {"good.pem": FILES["ca.pem"], "good": FILES["password"]}
                with House(settings, files={**FILES, **good, **files}) as house:
                    self.sign_up(house, safe)
                    said = house.said()
                    self.assertIn("a sender does not work", said)
                    for secret in (PASSWORD, "ann@example.com"):
                        self.assertNotIn(secret, said)
                self.assertEqual(server.post.mails.qsize(), 0)

    def test_a_password_from_the_environment(self):
        server = self.server("starttls", password=PASSWORD)
        settings = sender(server, "starttls").replace('password_file = "password"', 'password_env = "MAIL_PASSWORD"')
        with House(settings, files=FILES, env={"MAIL_PASSWORD": PASSWORD}) as house:
            self.sign_up(house, server)

    def test_a_link_beside_the_code(self):
        words = {
            "link": "",
            "link-markup": "Subject: Dein Code\n\n<h1>Willkommen zurück</h1><p>Dein Code ist <b>{####}</b>.</p><p>Oder gleich hier: {##Anmelden##}</p>",
        }
        for name, template in words.items():
            server = self.server("none")
            settings = sender(server, "none", login=False) + '[messages]\nlink = "https://app.example.com/sign-in"\n'
            with House(settings + ('templates = "words"\n' if template else ""), words=template) as house:
                code = re.search(r"\d{6}", part(self.sign_up(house, server), "plain"))[0]
                house.call("ConfirmSignUp", Username="ann@example.com", ConfirmationCode=code)
                parameters = {"USERNAME": "ann@example.com", "PREFERRED_CHALLENGE": "EMAIL_OTP"}
                house.call("InitiateAuth", AuthFlow="USER_AUTH", AuthParameters=parameters)
                mail = parsed(server.mail())
                said = house.inbox("ann@example.com")[0]
            text, page = part(mail, "plain"), part(mail, "html")
            link = f"https://app.example.com/sign-in#code={said['code']}"
            self.assertEqual(said["link"], link)
            self.assertEqual(text.count(link), 1, text)
            links = Links()
            links.feed(page)
            self.assertEqual(links.found, [link])
            self.assertEqual(page.count("http"), 1)
            picture(page, name)

    def test_how_mails_look(self):
        markup = DEFINITION.replace(
            "otpLogin: true",
            "otpLogin: true, verificationEmailBody: (code) => `<h1>Welcome</h1><p>Enter <b>${code()}</b> to begin.</p>`",
        )
        prose = DEFINITION.replace(
            "otpLogin: true",
            "otpLogin: true, verificationEmailBody: (code) => "
            "`Hello,\\n\\nenter ${code()} to open your account.\\n\\nYou did not ask for it? Then ignore this mail.\\nYour friends at Crème & Söhne`",
        )
        for name, definition in (("plain", DEFINITION), ("prose", prose), ("markup", markup)):
            server = self.server("none")
            with House(sender(server, "none", login=False), definition) as house:
                mail = self.sign_up(house, server)
            picture(part(mail, "html"), name)


if __name__ == "__main__":
    unittest.main()
