-- Passwords: of each user the newest generation is the one that signs in, older ones are kept where
-- the pool wants no password twice. hash is sealed, salt and all.

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
