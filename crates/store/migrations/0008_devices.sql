-- Devices that users confirmed, and the device of each sign-in. verifier is sealed.

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

ALTER TABLE refresh_families ADD COLUMN device_key TEXT;
