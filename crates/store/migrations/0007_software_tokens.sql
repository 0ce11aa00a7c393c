-- Second factors: what users decided about them, and their authenticator apps.

ALTER TABLE users ADD COLUMN mfa TEXT NOT NULL DEFAULT '{}';

-- seed is sealed. accepted_step is the newest step of which a code was accepted: none is accepted twice.
CREATE TABLE software_tokens (
    pool_id TEXT NOT NULL,
    sub TEXT NOT NULL,
    seed BLOB NOT NULL,
    name TEXT,
    accepted_step BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (pool_id, sub),
    FOREIGN KEY (pool_id, sub) REFERENCES users (pool_id, sub) ON DELETE CASCADE
);

-- A seed that was given out and of which no code has come back: one for each user. It is sealed.
CREATE TABLE software_token_setups (
    pool_id TEXT NOT NULL,
    sub TEXT NOT NULL,
    seed BLOB NOT NULL,
    attempts BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (pool_id, sub),
    FOREIGN KEY (pool_id, sub) REFERENCES users (pool_id, sub) ON DELETE CASCADE
);
CREATE INDEX software_token_setups_by_expiry ON software_token_setups (expires_at);
