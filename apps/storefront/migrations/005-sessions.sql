-- A refresh token is known only by its hash. Using it replaces it by the next one of its family; using it again betrays a theft.
CREATE TABLE IF NOT EXISTS refresh_tokens (
  token_hash BYTES NOT NULL,
  family_id UUID NOT NULL,
  user_id UUID NOT NULL,
  issued_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  expires_at TIMESTAMPTZ NOT NULL,
  used_at TIMESTAMPTZ,
  CONSTRAINT refresh_tokens_pkey PRIMARY KEY (token_hash),
  CONSTRAINT refresh_tokens_user_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
  INDEX refresh_tokens_family_idx (family_id),
  INDEX refresh_tokens_user_idx (user_id)
);

-- Counters in the database hold across all processes of the service.
CREATE TABLE IF NOT EXISTS rate_limits (
  key STRING NOT NULL,
  count INT4 NOT NULL,
  resets_at TIMESTAMPTZ NOT NULL,
  CONSTRAINT rate_limits_pkey PRIMARY KEY (key)
);
