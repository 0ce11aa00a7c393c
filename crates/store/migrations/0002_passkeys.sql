-- Passkeys, and registrations that have begun.

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
CREATE INDEX passkeys_by_user ON passkeys (pool_id, sub, created_at, credential_id);

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
);
CREATE INDEX passkey_registrations_by_expiry ON passkey_registrations (expires_at);
