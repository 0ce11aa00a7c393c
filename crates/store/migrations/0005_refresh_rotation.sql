-- A refresh token is replaced by the next of its family, of which only the count has to be kept.
ALTER TABLE refresh_families ADD COLUMN generation BIGINT NOT NULL DEFAULT 0;
ALTER TABLE refresh_families ADD COLUMN rotated_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE refresh_families ADD COLUMN last_active_at BIGINT NOT NULL DEFAULT 0;
UPDATE refresh_families SET rotated_at = auth_time, last_active_at = auth_time;
