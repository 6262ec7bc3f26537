-- An account outlives its user: the transfers of others refer to it.
CREATE TABLE IF NOT EXISTS accounts (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  user_id UUID,
  balance DECIMAL(19,2) NOT NULL DEFAULT 0,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT accounts_pkey PRIMARY KEY (id),
  CONSTRAINT accounts_user_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE SET NULL,
  CONSTRAINT accounts_never_negative CHECK (balance >= 0),
  INDEX accounts_list_idx (user_id, created_at DESC, id DESC) STORING (balance)
);

-- Transfers are only ever added. Each account finds its own in two indexes, newest first.
CREATE TABLE IF NOT EXISTS transfers (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  from_account_id UUID NOT NULL,
  to_account_id UUID NOT NULL,
  amount DECIMAL(19,2) NOT NULL,
  idempotency_key STRING NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT transfers_pkey PRIMARY KEY (id),
  CONSTRAINT transfers_from_fkey FOREIGN KEY (from_account_id) REFERENCES accounts (id),
  CONSTRAINT transfers_to_fkey FOREIGN KEY (to_account_id) REFERENCES accounts (id),
  CONSTRAINT transfers_amount_positive CHECK (amount > 0),
  CONSTRAINT transfers_two_accounts CHECK (from_account_id <> to_account_id),
  UNIQUE INDEX transfers_idempotency_key (from_account_id, idempotency_key),
  INDEX transfers_out_idx (from_account_id, created_at DESC, id DESC) STORING (to_account_id, amount),
  INDEX transfers_in_idx (to_account_id, created_at DESC, id DESC) STORING (from_account_id, amount)
);
