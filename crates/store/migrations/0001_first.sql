-- The first schema. One text for every engine: times are BIGINT microseconds since 1970, truth is
-- BIGINT 0 or 1, structures are TEXT json. Each key starts with its pool, so that a distributed
-- engine can spread the rows by it.

CREATE TABLE pools (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL
);

CREATE TABLE clients (
    pool_id TEXT NOT NULL REFERENCES pools (id),
    name TEXT NOT NULL,
    id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (pool_id, name)
);

-- pkcs8 is sealed.
CREATE TABLE signing_keys (
    pool_id TEXT NOT NULL REFERENCES pools (id),
    kid TEXT NOT NULL,
    usage TEXT NOT NULL,
    pkcs8 BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (pool_id, kid)
);

CREATE TABLE users (
    pool_id TEXT NOT NULL REFERENCES pools (id),
    sub TEXT NOT NULL,
    status TEXT NOT NULL,
    enabled BIGINT NOT NULL,
    attributes TEXT NOT NULL,
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
);
CREATE INDEX logins_by_user ON logins (pool_id, sub);

-- An address or number that waits for its proof before it replaces the one on record.
CREATE TABLE pending_contacts (
    pool_id TEXT NOT NULL,
    sub TEXT NOT NULL,
    attribute TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (pool_id, sub, attribute),
    FOREIGN KEY (pool_id, sub) REFERENCES users (pool_id, sub) ON DELETE CASCADE
);

-- No foreign key: decoys have codes and failures too, so that they cost what users cost.
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
    PRIMARY KEY (pool_id, sub, purpose)
);
CREATE INDEX codes_by_expiry ON codes (expires_at);

CREATE TABLE factor_failures (
    pool_id TEXT NOT NULL,
    sub TEXT NOT NULL,
    factor TEXT NOT NULL,
    failures BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (pool_id, sub, factor)
);
CREATE INDEX factor_failures_by_age ON factor_failures (last_at);

-- The Sessions that were answered; the others are in their clients' hands only.
CREATE TABLE spent_sessions (
    id BLOB NOT NULL PRIMARY KEY,
    expires_at BIGINT NOT NULL
);
CREATE INDEX spent_sessions_by_expiry ON spent_sessions (expires_at);

CREATE TABLE refresh_families (
    pool_id TEXT NOT NULL,
    origin_jti TEXT NOT NULL,
    token_hash BLOB NOT NULL,
    sub TEXT NOT NULL,
    client_id TEXT NOT NULL,
    auth_time BIGINT NOT NULL,
    amr TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked BIGINT NOT NULL,
    PRIMARY KEY (pool_id, origin_jti),
    UNIQUE (pool_id, token_hash),
    FOREIGN KEY (pool_id, sub) REFERENCES users (pool_id, sub) ON DELETE CASCADE
);
CREATE INDEX refresh_families_by_user ON refresh_families (pool_id, sub);
CREATE INDEX refresh_families_by_expiry ON refresh_families (expires_at);

-- payload is sealed. Ids grow in the order in which messages were written: a queue is read by its
-- order, so one key serves both.
CREATE TABLE outbox (
    id TEXT NOT NULL PRIMARY KEY,
    pool_id TEXT NOT NULL,
    sub TEXT NOT NULL,
    channel TEXT NOT NULL,
    recipient TEXT NOT NULL,
    payload BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    deadline BIGINT NOT NULL,
    sent_at BIGINT
);
