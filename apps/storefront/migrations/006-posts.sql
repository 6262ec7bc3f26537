CREATE TABLE IF NOT EXISTS posts (
  user_id UUID NOT NULL,
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  title STRING NOT NULL,
  body STRING NOT NULL,
  version INT4 NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT posts_pkey PRIMARY KEY (user_id, id),
  CONSTRAINT posts_user_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
  INDEX posts_list_idx (user_id, created_at DESC, id DESC)
);
