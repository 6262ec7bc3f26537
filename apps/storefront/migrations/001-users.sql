-- Users are never removed by themselves: deleted_at hides them, and the partial index frees their e-mail address.
CREATE TABLE IF NOT EXISTS users (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  email STRING NOT NULL,
  name STRING NOT NULL,
  version INT4 NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  deleted_at TIMESTAMPTZ,
  CONSTRAINT users_pkey PRIMARY KEY (id),
  CONSTRAINT users_email_lower CHECK (email = lower(email)),
  UNIQUE INDEX users_email_key (email) WHERE deleted_at IS NULL,
  -- The list is read newest first from this index alone. A service with thousands of registrations a second would add USING HASH.
  INDEX users_list_idx (created_at DESC, id DESC) STORING (email, name, version, updated_at) WHERE deleted_at IS NULL
);
