"""boto3, the AWS SDK for Python."""

import base64
import datetime
import hashlib
import hmac
import itertools
import unittest

import boto3
from botocore.exceptions import NoCredentialsError

from poolhouse import Poolhouse

PASSWORD = "Correct-horse-7"
NUMBERS = itertools.count(1)


def secret_hash(client, name):
    """`SECRET_HASH`, as AWS documents it."""
    digest = hmac.new(client["secret"].encode(), (name + client["id"]).encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


class Boto3(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.pool = Poolhouse()
        cls.cognito = boto3.client("cognito-idp", region_name="us-east-1", endpoint_url=cls.pool.url)
        cls.addClassCleanup(cls.pool.stop)
        cls.addClassCleanup(cls.cognito.close)

    def setUp(self):
        self.ann = f"ann{next(NUMBERS)}@example.com"
        self.client_id = self.pool.clients["default"]["id"]

    def sign_up(self, **more):
        attributes = [{"Name": "email", "Value": self.ann}]
        return self.cognito.sign_up(ClientId=self.client_id, Username=self.ann, UserAttributes=attributes, **more)

    def confirm(self):
        code = self.pool.next_code(self.ann)
        return self.cognito.confirm_sign_up(ClientId=self.client_id, Username=self.ann, ConfirmationCode=code)

    def register(self):
        """Signs up without a password, and in with the Session of the confirmation."""
        self.sign_up()
        return self.cognito.initiate_auth(
            ClientId=self.client_id,
            AuthFlow="USER_AUTH",
            AuthParameters={"USERNAME": self.ann},
            Session=self.confirm()["Session"],
        )["AuthenticationResult"]

    def ask_for_code(self):
        return self.cognito.initiate_auth(
            ClientId=self.client_id,
            AuthFlow="USER_AUTH",
            AuthParameters={"USERNAME": self.ann, "PREFERRED_CHALLENGE": "EMAIL_OTP"},
        )

    def answer(self, session, code):
        return self.cognito.respond_to_auth_challenge(
            ClientId=self.client_id,
            ChallengeName="EMAIL_OTP",
            Session=session,
            ChallengeResponses={"USERNAME": self.ann, "EMAIL_OTP_CODE": code},
        )

    def refused(self, exception, message):
        """A context in which the client must raise this exception, by its own name for it."""
        modeled = getattr(self.cognito.exceptions, exception)
        return self.assertRaisesRegex(modeled, message)

    def test_sign_up_without_a_password_and_sign_in_by_code(self):
        signed_up = self.sign_up()
        self.assertFalse(signed_up["UserConfirmed"])
        details = {"Destination": "a***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}
        self.assertEqual(signed_up["CodeDeliveryDetails"], details)
        self.confirm()

        asked = self.ask_for_code()
        self.assertEqual(asked["ChallengeName"], "EMAIL_OTP")
        self.assertEqual(asked["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"], "a***@e***")
        tokens = self.answer(asked["Session"], self.pool.next_code(self.ann))["AuthenticationResult"]
        self.assertEqual((tokens["TokenType"], tokens["ExpiresIn"]), ("Bearer", 3600))
        user = self.cognito.get_user(AccessToken=tokens["AccessToken"])
        self.assertEqual(user["Username"], signed_up["UserSub"])
        attributes = {attribute["Name"]: attribute["Value"] for attribute in user["UserAttributes"]}
        self.assertEqual(attributes, {"sub": user["Username"], "email": self.ann, "email_verified": "true"})

    def test_a_server_signs_people_in_by_password(self):
        server = self.pool.clients["Server"]
        self.sign_up(Password=PASSWORD)
        self.confirm()
        parameters = {"USERNAME": self.ann, "PASSWORD": PASSWORD, "SECRET_HASH": secret_hash(server, self.ann)}
        request = {"ClientId": server["id"], "AuthFlow": "USER_PASSWORD_AUTH"}
        tokens = self.cognito.initiate_auth(AuthParameters=parameters, **request)["AuthenticationResult"]
        refreshed = self.cognito.get_tokens_from_refresh_token(
            ClientId=server["id"], ClientSecret=server["secret"], RefreshToken=tokens["RefreshToken"]
        )
        self.assertNotIn("RefreshToken", refreshed["AuthenticationResult"])
        with self.refused("NotAuthorizedException", "Unable to verify secret hash for client"):
            parameters["SECRET_HASH"] = secret_hash({**server, "secret": "another"}, self.ann)
            self.cognito.initiate_auth(AuthParameters=parameters, **request)

    def test_refreshing_and_signing_out(self):
        tokens = self.register()
        request = {"ClientId": self.client_id, "RefreshToken": tokens["RefreshToken"]}
        refreshed = self.cognito.get_tokens_from_refresh_token(**request)["AuthenticationResult"]
        self.cognito.get_user(AccessToken=refreshed["AccessToken"])
        older = {"ClientId": self.client_id, "AuthFlow": "REFRESH_TOKEN_AUTH"}
        self.cognito.initiate_auth(AuthParameters={"REFRESH_TOKEN": tokens["RefreshToken"]}, **older)

        self.cognito.revoke_token(ClientId=self.client_id, Token=tokens["RefreshToken"])
        with self.refused("NotAuthorizedException", "Refresh Token has been revoked"):
            self.cognito.get_tokens_from_refresh_token(**request)
        with self.refused("NotAuthorizedException", "Access Token has been revoked"):
            self.cognito.get_user(AccessToken=refreshed["AccessToken"])

    def test_signing_out_everywhere(self):
        first = self.register()
        asked = self.ask_for_code()
        second = self.answer(asked["Session"], self.pool.next_code(self.ann))["AuthenticationResult"]
        self.cognito.global_sign_out(AccessToken=second["AccessToken"])
        for tokens in (first, second):
            with self.refused("NotAuthorizedException", "Access Token has been revoked"):
                self.cognito.get_user(AccessToken=tokens["AccessToken"])

    def test_the_sessions_of_a_user_have_times(self):
        tokens = self.register()
        [session] = self.cognito.list_user_sessions(AccessToken=tokens["AccessToken"])["Sessions"]
        self.assertTrue(session["IsCurrentSession"])
        now = datetime.datetime.now(datetime.timezone.utc)
        self.assertLess(abs(now - session["CreateDate"]), datetime.timedelta(minutes=1))

    def test_the_account(self):
        token = {"AccessToken": self.register()["AccessToken"]}
        names = [{"Name": "name", "Value": "Ann"}]
        self.assertEqual(self.cognito.update_user_attributes(UserAttributes=names, **token)["CodeDeliveryDetailsList"], [])
        self.cognito.delete_user_attributes(UserAttributeNames=["name"], **token)
        self.cognito.change_password(ProposedPassword=PASSWORD, **token)
        factors = self.cognito.get_user_auth_factors(**token)["ConfiguredUserAuthFactors"]
        self.assertEqual(factors, ["PASSWORD", "EMAIL_OTP"])
        self.cognito.delete_user(**token)
        with self.refused("UserNotFoundException", "User does not exist."):
            self.cognito.get_user(**token)

    def test_errors_have_their_types(self):
        with self.refused("InvalidPasswordException", "Password not long enough"):
            self.sign_up(Password="Sh0rt-")
        self.sign_up()
        with self.refused("UsernameExistsException", "User already exists"):
            self.sign_up()
        confirmation = {"ClientId": self.client_id, "Username": self.ann, "ConfirmationCode": "none"}
        for _ in range(5):
            with self.refused("CodeMismatchException", "Invalid verification code provided, please try again."):
                self.cognito.confirm_sign_up(**confirmation)
        with self.refused("LimitExceededException", "Attempt limit exceeded"):
            self.cognito.confirm_sign_up(**confirmation)
        with self.refused("InvalidParameterException", "Missing required parameter USERNAME"):
            self.cognito.initiate_auth(ClientId=self.client_id, AuthFlow="USER_AUTH", AuthParameters={})
        with self.refused("ResourceNotFoundException", "User pool client nobodys does not exist."):
            self.cognito.sign_up(ClientId="nobodys", Username=self.ann)
        with self.refused("UserNotFoundException", "User does not exist."):
            self.cognito.initiate_auth(
                ClientId=self.pool.clients["Telling"]["id"],
                AuthFlow="USER_PASSWORD_AUTH",
                AuthParameters={"USERNAME": "nobody@example.com", "PASSWORD": PASSWORD},
            )

    def test_operations_of_administrators_want_credentials(self):
        """Which they do before anything is sent."""
        with self.assertRaises(NoCredentialsError):
            self.cognito.list_users(UserPoolId=self.pool.pool_id)


if __name__ == "__main__":
    unittest.main()
