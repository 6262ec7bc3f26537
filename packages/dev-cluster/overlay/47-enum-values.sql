SET search_path = pg_catalog, pg_temp;

-- ALTER TYPE … DROP VALUE, https://www.cockroachlabs.com/docs/v26.2/alter-type. PostgreSQL cannot take a value out of an enum: an index may still compare with
-- it. So the type is made anew, and every column with it. Where something else depends on the type (a view, a function), PostgreSQL refuses that.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_drop_enum_value(enum regtype, label text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  type pg_type;
  new_type text;
  labels text[] := ARRAY(SELECT enumlabel FROM pg_enum WHERE enumtypid = enum ORDER BY enumsortorder);
  remark text := obj_description(enum, 'pg_type');
  use record;
  is_used bool;
  changes text[] := '{}';
  change text;
BEGIN
  SELECT * INTO type FROM pg_type WHERE oid = enum;
  IF type.typtype <> 'e' THEN
    RAISE EXCEPTION USING ERRCODE = '42809', MESSAGE = format('%s is not an enum', enum);
  ELSIF NOT label = ANY (labels) THEN
    RAISE EXCEPTION USING ERRCODE = '42704', MESSAGE = format('enum value "%s" does not exist', label);
  END IF;
  new_type := format('%I.%I', (SELECT nspname FROM pg_namespace WHERE oid = type.typnamespace), type.typname);
  FOR use IN
    SELECT a.attrelid::regclass AS relation, c.relname, a.attname, a.atttypid = type.typarray AS is_array, pg_get_expr(d.adbin, d.adrelid) AS value
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.atttypid IN (enum, type.typarray) AND c.relkind IN ('r', 'p') AND NOT a.attisdropped AND a.attgenerated = ''
  LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM %s WHERE %L = ANY (%s))', use.relation, label,
      CASE WHEN use.is_array THEN format('%I', use.attname) ELSE format('ARRAY[%I]', use.attname) END) INTO is_used;
    IF is_used THEN
      RAISE EXCEPTION USING ERRCODE = '2BP01', MESSAGE = format('could not remove enum value "%s" as it is being used by "%s"', label, use.relname);
    ELSIF starts_with(use.value, quote_literal(label) || '::') THEN
      RAISE EXCEPTION USING ERRCODE = '2BP01',
        MESSAGE = format('could not remove enum value "%s" as it is being used in a default expression of "%s"', label, use.relname);
    END IF;
    changes := changes || format('ALTER TABLE %1$s ALTER COLUMN %2$I DROP DEFAULT, ALTER COLUMN %2$I TYPE %3$s USING %2$I::text%4$s::%3$s',
      use.relation, use.attname, new_type || CASE WHEN use.is_array THEN '[]' ELSE '' END, CASE WHEN use.is_array THEN '[]' ELSE '' END);
    IF use.value IS NOT NULL THEN
      changes := changes || format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT %s', use.relation, use.attname, use.value);
    END IF;
  END LOOP;
  EXECUTE format('ALTER TYPE %s RENAME TO %I', new_type, 'cerci_old_' || enum::oid);
  EXECUTE format('CREATE TYPE %s AS ENUM (%s)', new_type,
    (SELECT string_agg(quote_literal(value), ', ' ORDER BY place) FROM unnest(labels) WITH ORDINALITY AS l(value, place) WHERE value <> label));
  EXECUTE format('ALTER TYPE %s OWNER TO %I', new_type, pg_get_userbyid(type.typowner));
  IF remark IS NOT NULL THEN EXECUTE format('COMMENT ON TYPE %s IS %L', new_type, remark); END IF;
  FOREACH change IN ARRAY changes LOOP EXECUTE change; END LOOP;
  EXECUTE format('DROP TYPE %I.%I', (SELECT nspname FROM pg_namespace WHERE oid = type.typnamespace), 'cerci_old_' || enum::oid);
END $$;
