-- Users are never removed by themselves: deleted_at hides them, and the partial index frees their e-mail address.
CREATE TABLE IF NOT EXISTS users (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  email STRING NOT NULL,
  name STRING NOT NULL,
  role STRING NOT NULL DEFAULT 'user',
  version INT4 NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  last_seen_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  deactivated_at TIMESTAMPTZ,
  deleted_at TIMESTAMPTZ,
  CONSTRAINT users_pkey PRIMARY KEY (id),
  CONSTRAINT users_email_lower CHECK (email = lower(email)),
  CONSTRAINT users_role CHECK (role IN ('user', 'admin')),
  UNIQUE INDEX users_email_key (email) WHERE deleted_at IS NULL,
  -- The list is read newest first from this index alone. A service with thousands of registrations a second would add USING HASH.
  INDEX users_list_idx (created_at DESC, id DESC) STORING (email, name, role, version, updated_at) WHERE deleted_at IS NULL,
  INDEX users_inactive_idx (last_seen_at) WHERE deactivated_at IS NULL AND deleted_at IS NULL
);

-- Apart from the users, so that no query for a user can bring a hash along.
CREATE TABLE IF NOT EXISTS credentials (
  user_id UUID NOT NULL,
  password_hash STRING NOT NULL,
  changed_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT credentials_pkey PRIMARY KEY (user_id),
  CONSTRAINT credentials_user_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
