-- Finds text anywhere in a name or an address, in whatever case. https://www.cockroachlabs.com/docs/v26.2/trigram-indexes
CREATE INDEX IF NOT EXISTS users_name_search_idx ON users USING GIN (name gin_trgm_ops);

CREATE INDEX IF NOT EXISTS users_email_search_idx ON users USING GIN (email gin_trgm_ops);
