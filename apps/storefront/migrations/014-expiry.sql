-- What has expired is found without reading what has not.
CREATE INDEX IF NOT EXISTS refresh_tokens_expiry_idx ON refresh_tokens (expires_at);

CREATE INDEX IF NOT EXISTS rate_limits_expiry_idx ON rate_limits (resets_at);
