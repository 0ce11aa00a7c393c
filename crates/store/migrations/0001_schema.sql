-- The schema. One text for every engine: times are BIGINT microseconds since 1970, truth is BIGINT 0 or 1,
-- structures are TEXT json; PostgreSQL's words are put in by its seam.
--
-- Each key starts with its pool and goes on with what a request knows, so that one person's rows are
-- neighbours and a distributed engine can spread them. Where a row is small its key holds it, WITHOUT
-- ROWID: every further index is one more page to write for each sign-in. So there is none by which to find
-- what has expired: that is found by walking the key, or the key begins with the time (decision 54).

-- The keys that seal what is sealed, themselves sealed by the master key, which is kept elsewhere.
-- A data key seals from a moment on that every node has heard of it by then.
CREATE TABLE store_keys (
    id TEXT NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    key BLOB NOT NULL,
    seals_from BIGINT NOT NULL,
    created_at BIGINT NOT NULL
) WITHOUT ROWID;

CREATE TABLE pools (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL
) WITHOUT ROWID;

-- secret is sealed; made when the definition first asks for one.
CREATE TABLE clients (
    pool_id TEXT NOT NULL REFERENCES pools (id),
    name TEXT NOT NULL,
    id TEXT NOT NULL,
    secret BLOB,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (pool_id, name)
) WITHOUT ROWID;

-- pkcs8 is sealed. A key signs from a moment on; before that it is only shown.
CREATE TABLE signing_keys (
    pool_id TEXT NOT NULL REFERENCES pools (id),
    kid TEXT NOT NULL,
    usage TEXT NOT NULL,
    pkcs8 BLOB NOT NULL,
    signs_from BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (pool_id, kid)
);

-- People, and what is theirs.

-- mfa is what they decided about second factors.
CREATE TABLE users (
    pool_id TEXT NOT NULL REFERENCES pools (id),
    sub TEXT NOT NULL,
    status TEXT NOT NULL,
    enabled BIGINT NOT NULL,
    attributes TEXT NOT NULL,
    mfa TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (pool_id, sub)
);

-- What a user can be found by: an address or number belongs to one user of the pool.
CREATE TABLE logins (
    pool_id TEXT NOT NULL,
    attribute TEXT NOT NULL,
    key TEXT NOT NULL,
    sub TEXT NOT NULL,
    PRIMARY KEY (pool_id, attribute, key),
    FOREIGN KEY (pool_id, sub) REFERENCES users (pool_id, sub) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX logins_by_user ON logins (pool_id, sub);

-- An address or number that waits for its proof before it replaces the one on record.
CREATE TABLE pending_contacts (
    pool_id TEXT NOT NULL,
    sub TEXT NOT NULL,
    attribute TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (pool_id, sub, attribute),
    FOREIGN KEY (pool_id, sub) REFERENCES users (pool_id, sub) ON DELETE CASCADE
) WITHOUT ROWID;

-- Of each user the newest generation is the password that signs in, older ones are kept where the pool
-- wants none twice. hash is sealed, salt and all.
CREATE TABLE passwords (
    pool_id TEXT NOT NULL,
    sub TEXT NOT NULL,
    generation BIGINT NOT NULL,
    kind TEXT NOT NULL,
    hash BLOB NOT NULL,
    set_at BIGINT NOT NULL,
    PRIMARY KEY (pool_id, sub, generation),
    FOREIGN KEY (pool_id, sub) REFERENCES users (pool_id, sub) ON DELETE CASCADE
);

-- A credential id is one user's in the whole pool.
CREATE TABLE passkeys (
    pool_id TEXT NOT NULL,
    credential_id BLOB NOT NULL,
    sub TEXT NOT NULL,
    public_key BLOB NOT NULL,
    sign_count BIGINT NOT NULL,
    uv_initialized BIGINT NOT NULL,
    backup_eligible BIGINT NOT NULL,
    backup_state BIGINT NOT NULL,
    transports TEXT NOT NULL,
    attachment TEXT,
    aaguid BLOB NOT NULL,
    name TEXT NOT NULL,
    relying_party_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    PRIMARY KEY (pool_id, credential_id),
    FOREIGN KEY (pool_id, sub) REFERENCES users (pool_id, sub) ON DELETE CASCADE
);
-- It says by itself whether there is one for a relying party, which each sign-in asks.
CREATE INDEX passkeys_by_user ON passkeys (pool_id, sub, created_at, credential_id, relying_party_id);

-- StartWebAuthnRegistration returns no Session, so the challenge has to be kept: one for each user
-- and client, so that nobody fills the disk with them.
CREATE TABLE passkey_registrations (
    pool_id TEXT NOT NULL,
    sub TEXT NOT NULL,
    client_id TEXT NOT NULL,
    challenge BLOB NOT NULL,
    relying_party_id TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (pool_id, sub, client_id),
    FOREIGN KEY (pool_id, sub) REFERENCES users (pool_id, sub) ON DELETE CASCADE
) WITHOUT ROWID;

-- Authenticator apps. seed is sealed. accepted_step is the newest step of which a code was accepted: none
-- is accepted twice.
CREATE TABLE software_tokens (
    pool_id TEXT NOT NULL,
    sub TEXT NOT NULL,
    seed BLOB NOT NULL,
    name TEXT,
    accepted_step BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (pool_id, sub),
    FOREIGN KEY (pool_id, sub) REFERENCES users (pool_id, sub) ON DELETE CASCADE
) WITHOUT ROWID;

-- A seed that was given out and of which no code has come back: one for each user. It is sealed.
CREATE TABLE software_token_setups (
    pool_id TEXT NOT NULL,
    sub TEXT NOT NULL,
    seed BLOB NOT NULL,
    attempts BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (pool_id, sub),
    FOREIGN KEY (pool_id, sub) REFERENCES users (pool_id, sub) ON DELETE CASCADE
) WITHOUT ROWID;

-- Devices that users confirmed. verifier is sealed.
CREATE TABLE devices (
    pool_id TEXT NOT NULL,
    sub TEXT NOT NULL,
    device_key TEXT NOT NULL,
    name TEXT,
    salt BLOB NOT NULL,
    verifier BLOB NOT NULL,
    remembered BIGINT NOT NULL,
    last_ip TEXT,
    created_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    authenticated_at BIGINT NOT NULL,
    PRIMARY KEY (pool_id, sub, device_key),
    FOREIGN KEY (pool_id, sub) REFERENCES users (pool_id, sub) ON DELETE CASCADE
);

-- Sign-ins.

-- One row for each sign-in. Its tokens say whose it is and which. generation counts the refresh tokens that
-- replaced one another.
CREATE TABLE refresh_families (
    pool_id TEXT NOT NULL,
    sub TEXT NOT NULL,
    origin_jti TEXT NOT NULL,
    token_hash BLOB NOT NULL,
    client_id TEXT NOT NULL,
    auth_time BIGINT NOT NULL,
    amr TEXT NOT NULL,
    device_key TEXT,
    expires_at BIGINT NOT NULL,
    generation BIGINT NOT NULL,
    rotated_at BIGINT NOT NULL,
    last_active_at BIGINT NOT NULL,
    revoked BIGINT NOT NULL,
    PRIMARY KEY (pool_id, sub, origin_jti),
    FOREIGN KEY (pool_id, sub) REFERENCES users (pool_id, sub) ON DELETE CASCADE
) WITHOUT ROWID;

-- The Sessions that were answered; the others are in their clients' hands only. A Session knows when it
-- expires.
CREATE TABLE spent_sessions (
    expires_at BIGINT NOT NULL,
    id BLOB NOT NULL,
    PRIMARY KEY (expires_at, id)
) WITHOUT ROWID;

-- No foreign key: decoys have codes and failures too, so that they cost what users cost.
-- A code is withheld if a budget was spent: guesses at it are worth nothing, so they do not count against
-- the factor.
CREATE TABLE codes (
    pool_id TEXT NOT NULL,
    sub TEXT NOT NULL,
    purpose TEXT NOT NULL,
    id BLOB NOT NULL,
    hash BLOB NOT NULL,
    destination BLOB NOT NULL,
    issued_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    consumed BIGINT NOT NULL,
    withheld BIGINT NOT NULL,
    PRIMARY KEY (pool_id, sub, purpose)
) WITHOUT ROWID;

CREATE TABLE factor_failures (
    pool_id TEXT NOT NULL,
    sub TEXT NOT NULL,
    factor TEXT NOT NULL,
    failures BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (pool_id, sub, factor)
) WITHOUT ROWID;

-- What has gone out within a day: to an address, for an account, asked for by somebody, to neighbouring
-- numbers, in texts altogether. The key is an account's id, or a keyed hash of which of the others and of
-- whom: who reads the table learns no address. No foreign key: strangers have budgets too.
CREATE TABLE send_budgets (
    key BLOB NOT NULL PRIMARY KEY,
    sends BLOB NOT NULL,
    expires_at BIGINT NOT NULL
) WITHOUT ROWID;

-- What people did with their accounts. An id begins with the moment until which it is kept, so that old
-- ones are found by the key alone. No foreign key: it outlives the account, and strangers' failures cost
-- what users' do.
CREATE TABLE audit_events (
    pool_id TEXT NOT NULL,
    id TEXT NOT NULL,
    sub TEXT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    detail TEXT NOT NULL,
    client_id TEXT NOT NULL,
    ip TEXT,
    PRIMARY KEY (pool_id, id)
) WITHOUT ROWID;

-- Messages: each is tried until it is sent, refused, or of no more use. payload is sealed. Ids grow in the
-- order in which messages were written: a queue is read by its order, so one key serves both.
CREATE TABLE outbox (
    id TEXT NOT NULL PRIMARY KEY,
    pool_id TEXT NOT NULL,
    sub TEXT NOT NULL,
    channel TEXT NOT NULL,
    recipient TEXT NOT NULL,
    payload BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    deadline BIGINT NOT NULL,
    -- Not to be tried before then: somebody has it, or it failed and waits for its next turn.
    due_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    -- When it was sent, if it is kept for the inbox.
    sent_at BIGINT,
    -- A dead letter: given up, without its payload. failure is what the last sender said.
    failed_at BIGINT,
    failure TEXT
) WITHOUT ROWID;
-- Each pool's mails and its texts are queues of their own.
CREATE INDEX outbox_waiting ON outbox (pool_id, channel, due_at, id)
    WHERE sent_at IS NULL AND failed_at IS NULL;
CREATE INDEX outbox_kept ON outbox (id) WHERE sent_at IS NOT NULL;
CREATE INDEX outbox_dead ON outbox (failed_at) WHERE failed_at IS NOT NULL;
