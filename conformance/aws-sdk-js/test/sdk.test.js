// @aws-sdk/client-cognito-identity-provider, the AWS SDK for JavaScript.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ChangePasswordCommand,
  CodeMismatchException,
  ConfirmForgotPasswordCommand,
  ConfirmSignUpCommand,
  DeleteUserCommand,
  ForgotPasswordCommand,
  GetTokensFromRefreshTokenCommand,
  GetUserAuthFactorsCommand,
  GetUserCommand,
  GlobalSignOutCommand,
  InitiateAuthCommand,
  InvalidParameterException,
  InvalidPasswordException,
  LimitExceededException,
  ListUserSessionsCommand,
  NotAuthorizedException,
  ResourceNotFoundException,
  RespondToAuthChallengeCommand,
  RevokeTokenCommand,
  SignUpCommand,
  UpdateUserAttributesCommand,
  UserNotFoundException,
  UsernameExistsException,
  VerifyUserAttributeCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { newAddress, PASSWORD, secretHash, setStage } from '../stage.js';

const { pool, clients, cognito } = await setStage();
const ClientId = clients.default.id;

/** Sends a command that must be refused with this exception, and a message that begins so. */
async function refused(command, exception, message) {
  await assert.rejects(cognito.send(command), (error) => {
    assert.ok(error instanceof exception, `${error}`);
    assert.ok(error.message.startsWith(message), error.message);
    return true;
  });
}

async function signUp(more = {}) {
  const address = newAddress();
  const UserAttributes = [{ Name: 'email', Value: address }];
  const reply = await cognito.send(new SignUpCommand({ ClientId, Username: address, UserAttributes, ...more }));
  return { address, reply };
}

async function confirm(address) {
  const ConfirmationCode = await pool.inbox.code(address);
  return cognito.send(new ConfirmSignUpCommand({ ClientId, Username: address, ConfirmationCode }));
}

/** Signs up without a password, and in with the Session of the confirmation. */
async function register() {
  const { address } = await signUp();
  const { Session } = await confirm(address);
  const AuthParameters = { USERNAME: address };
  const command = new InitiateAuthCommand({ ClientId, AuthFlow: 'USER_AUTH', AuthParameters, Session });
  return { address, tokens: (await cognito.send(command)).AuthenticationResult };
}

async function askForCode(address) {
  const AuthParameters = { USERNAME: address, PREFERRED_CHALLENGE: 'EMAIL_OTP' };
  return cognito.send(new InitiateAuthCommand({ ClientId, AuthFlow: 'USER_AUTH', AuthParameters }));
}

async function signInByCode(address) {
  const { ChallengeName, Session } = await askForCode(address);
  const ChallengeResponses = { USERNAME: address, EMAIL_OTP_CODE: await pool.inbox.code(address) };
  const answer = new RespondToAuthChallengeCommand({ ClientId, ChallengeName, Session, ChallengeResponses });
  return (await cognito.send(answer)).AuthenticationResult;
}

/** What a server sends that signs somebody in by password. */
function byPassword(address, password) {
  const client = clients.Server;
  const AuthParameters = { USERNAME: address, PASSWORD: password, SECRET_HASH: secretHash(client, address) };
  return new InitiateAuthCommand({ ClientId: client.id, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters });
}

test('sign-up without a password, and sign-in by code', async () => {
  const { address, reply } = await signUp();
  assert.equal(reply.UserConfirmed, false);
  const details = { AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: 'a***@e***' };
  assert.deepEqual(reply.CodeDeliveryDetails, details);
  await confirm(address);
  const tokens = await signInByCode(address);
  assert.deepEqual([tokens.TokenType, tokens.ExpiresIn], ['Bearer', 3600]);
  const user = await cognito.send(new GetUserCommand({ AccessToken: tokens.AccessToken }));
  assert.equal(user.Username, reply.UserSub);
  assert.deepEqual(user.UserAttributes, [
    { Name: 'sub', Value: user.Username },
    { Name: 'email', Value: address },
    { Name: 'email_verified', Value: 'true' },
  ]);
});

test('a server signs people in by password', async () => {
  const { address } = await signUp({ Password: PASSWORD });
  await confirm(address);
  const { AuthenticationResult } = await cognito.send(byPassword(address, PASSWORD));
  const { id, secret } = clients.Server;
  const RefreshToken = AuthenticationResult.RefreshToken;
  await cognito.send(new GetTokensFromRefreshTokenCommand({ ClientId: id, ClientSecret: secret, RefreshToken }));
  await refused(byPassword(address, 'Wrong-horse-7'), NotAuthorizedException, 'Incorrect username or password.');
});

test('refreshing, and signing out', async () => {
  const { tokens } = await register();
  const { RefreshToken } = tokens;
  const refresh = new GetTokensFromRefreshTokenCommand({ ClientId, RefreshToken });
  const { AccessToken } = (await cognito.send(refresh)).AuthenticationResult;
  const AuthParameters = { REFRESH_TOKEN: RefreshToken };
  await cognito.send(new InitiateAuthCommand({ ClientId, AuthFlow: 'REFRESH_TOKEN_AUTH', AuthParameters }));

  await cognito.send(new RevokeTokenCommand({ ClientId, Token: RefreshToken }));
  await refused(refresh, NotAuthorizedException, 'Refresh Token has been revoked');
  await refused(new GetUserCommand({ AccessToken }), NotAuthorizedException, 'Access Token has been revoked');
});

test('signing out everywhere', async () => {
  const { address, tokens } = await register();
  const others = await signInByCode(address);
  const { Sessions } = await cognito.send(new ListUserSessionsCommand({ AccessToken: others.AccessToken }));
  assert.deepEqual(Sessions.map((session) => session.IsCurrentSession).sort(), [false, true]);
  assert.ok(Math.abs(Date.now() - Sessions[0].CreateDate.getTime()) < 60_000);
  await cognito.send(new GlobalSignOutCommand({ AccessToken: others.AccessToken }));
  for (const { AccessToken } of [tokens, others]) {
    await refused(new GetUserCommand({ AccessToken }), NotAuthorizedException, 'Access Token has been revoked');
  }
});

test('a first password, and a forgotten one', async () => {
  const { address, tokens } = await register();
  const { AccessToken } = tokens;
  await cognito.send(new ChangePasswordCommand({ AccessToken, ProposedPassword: PASSWORD }));
  const factors = await cognito.send(new GetUserAuthFactorsCommand({ AccessToken }));
  assert.deepEqual(factors.ConfiguredUserAuthFactors, ['PASSWORD', 'EMAIL_OTP']);

  await cognito.send(new ForgotPasswordCommand({ ClientId, Username: address }));
  const ConfirmationCode = await pool.inbox.code(address);
  const reset = { ClientId, Username: address, ConfirmationCode, Password: 'Battery-staple-8' };
  await cognito.send(new ConfirmForgotPasswordCommand(reset));
  await refused(new ConfirmForgotPasswordCommand(reset), CodeMismatchException, 'Invalid verification code provided');
  await cognito.send(byPassword(address, 'Battery-staple-8'));
});

test('a new address counts when it is proved', async () => {
  const { address, tokens } = await register();
  const { AccessToken } = tokens;
  const UserAttributes = [{ Name: 'email', Value: `new.${address}` }];
  await cognito.send(new UpdateUserAttributesCommand({ AccessToken, UserAttributes }));
  const email = async () => {
    const user = await cognito.send(new GetUserCommand({ AccessToken }));
    return user.UserAttributes.find(({ Name }) => Name === 'email').Value;
  };
  assert.equal(await email(), address);
  const Code = await pool.inbox.code(`new.${address}`);
  await cognito.send(new VerifyUserAttributeCommand({ AccessToken, AttributeName: 'email', Code }));
  assert.equal(await email(), `new.${address}`);
});

test('a deleted user is gone', async () => {
  const { tokens } = await register();
  const { AccessToken } = tokens;
  await cognito.send(new DeleteUserCommand({ AccessToken }));
  await refused(new GetUserCommand({ AccessToken }), UserNotFoundException, 'User does not exist.');
});

test('errors have their types', async () => {
  const { address } = await signUp();
  const again = { ClientId, Username: address };
  await refused(new SignUpCommand(again), UsernameExistsException, 'User already exists');
  await refused(
    new SignUpCommand({ ClientId, Username: newAddress(), Password: 'Sh0rt-' }),
    InvalidPasswordException,
    'Password did not conform with policy: Password not long enough',
  );
  const wrong = new ConfirmSignUpCommand({ ...again, ConfirmationCode: 'none' });
  for (let time = 0; time < 5; time += 1) {
    await refused(wrong, CodeMismatchException, 'Invalid verification code provided, please try again.');
  }
  await refused(wrong, LimitExceededException, 'Attempt limit exceeded');
  await refused(
    new InitiateAuthCommand({ ClientId, AuthFlow: 'USER_AUTH', AuthParameters: {} }),
    InvalidParameterException,
    'Missing required parameter USERNAME',
  );
  await refused(
    new SignUpCommand({ ClientId: 'nobodys', Username: address }),
    ResourceNotFoundException,
    'User pool client nobodys does not exist.',
  );
});
