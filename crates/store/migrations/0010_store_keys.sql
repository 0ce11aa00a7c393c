-- The keys that seal what is sealed, themselves sealed by the master key, which is kept elsewhere.
-- A data key seals from a moment on that every node has heard of it by then.

CREATE TABLE store_keys (
    id TEXT NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    key BLOB NOT NULL,
    seals_from BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

-- Likewise a signing key signs from then on; before that it is only shown.
ALTER TABLE signing_keys ADD COLUMN signs_from BIGINT NOT NULL DEFAULT 0;
