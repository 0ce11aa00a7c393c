"""pycognito: SRP in Python, and tokens that are verified by the pool's keys."""

import itertools
import unittest

from pycognito import Cognito

from poolhouse import Poolhouse

PASSWORD = "Correct-horse-7"
NEW = "Battery-staple-8"
NUMBERS = itertools.count(1)


class Pycognito(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.pool = Poolhouse()
        cls.addClassCleanup(cls.pool.stop)

    def setUp(self):
        self.ann = f"ann{next(NUMBERS)}@example.com"

    def cognito(self, client="default", **more):
        client = self.pool.clients[client]
        user = Cognito(
            self.pool.pool_id,
            client["id"],
            username=self.ann,
            client_secret=client["secret"],
            boto3_client_kwargs={"endpoint_url": self.pool.url},
            **more,
        )
        self.addCleanup(user.client.close)
        return user

    def registered(self, client="default"):
        user = self.cognito(client)
        user.set_base_attributes(email=self.ann)
        user.register(self.ann, PASSWORD)
        user.confirm_sign_up(self.pool.next_code(self.ann), username=self.ann)
        return self.cognito(client)

    def test_a_password_is_proved_by_srp(self):
        user = self.registered()
        user.authenticate(PASSWORD)
        # It has verified both with the keys that it found at the issuer.
        self.assertEqual(user.id_claims["email"], self.ann)
        self.assertEqual(user.access_claims["amr"], ["pwd"])
        self.assertFalse(user.check_token())
        self.assertEqual(user.get_user().email, self.ann)

    def test_a_client_with_a_secret_proves_it_too(self):
        user = self.registered("Server")
        user.authenticate(PASSWORD)
        self.assertEqual(user.id_claims["aud"], self.pool.clients["Server"]["id"])

    def test_any_password_is_proved(self):
        """Whatever padding its numbers need."""
        user = self.registered()
        for _ in range(30):
            user.authenticate(PASSWORD)

    def test_tokens_are_renewed_and_end_with_the_sign_out(self):
        user = self.registered()
        user.authenticate(PASSWORD)
        before, refresh_token = user.access_token, user.refresh_token
        user.renew_access_token()
        self.assertNotEqual(user.access_token, before)
        self.assertEqual(user.refresh_token, refresh_token)
        user.logout()
        again = self.cognito(refresh_token=refresh_token)
        with self.assertRaisesRegex(again.client.exceptions.NotAuthorizedException, "Refresh Token has been revoked"):
            again.renew_access_token()

    def test_a_password_is_changed_and_reset(self):
        user = self.registered()
        user.authenticate(PASSWORD)
        user.change_password(PASSWORD, NEW)
        refused = user.client.exceptions.NotAuthorizedException
        with self.assertRaisesRegex(refused, "Incorrect username or password."):
            self.cognito().authenticate(PASSWORD)
        self.cognito().authenticate(NEW)

        forgetful = self.cognito()
        forgetful.initiate_forgot_password()
        code = self.pool.next_code(self.ann)
        with self.assertRaises(forgetful.client.exceptions.CodeMismatchException):
            forgetful.confirm_forgot_password("none", PASSWORD)
        forgetful.confirm_forgot_password(code, PASSWORD)
        self.cognito().authenticate(PASSWORD)

    def test_a_profile_is_changed_and_an_address_proved(self):
        user = self.registered()
        user.authenticate(PASSWORD)
        user.update_profile({"name": "Ann"})
        self.assertEqual(user.get_user().name, "Ann")
        new = f"new.{self.ann}"
        user.update_profile({"email": new})
        self.assertEqual(user.get_user().email, self.ann)
        user.validate_verification(self.pool.next_code(new))
        self.assertEqual(user.get_user().email, new)
        user.delete_user()

    def test_strangers_are_told_nothing(self):
        stranger = self.cognito()
        with self.assertRaisesRegex(stranger.client.exceptions.NotAuthorizedException, "Incorrect username or password."):
            stranger.authenticate(PASSWORD)
        stranger.initiate_forgot_password()


if __name__ == "__main__":
    unittest.main()
