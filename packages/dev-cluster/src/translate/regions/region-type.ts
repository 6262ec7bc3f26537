import { printString } from '@cerci/sql'
import { type SqlText, sql } from '../rewrite/sql-text.js'

/** The enum of a database's regions, which CockroachDB makes with the first one. */
export const regionTypeName = 'crdb_internal_region'
export const regionType = 'public.crdb_internal_region'

export function createRegionType(regions: readonly string[]): SqlText {
  return sql`CREATE TYPE ${regionType} AS ENUM (${regions.toSorted().map(printString).join(', ')})`
}

/** Adds a value where alphabetical order puts it. */
export function addRegionValue(region: string, regions: readonly string[]): SqlText {
  const next = regions.toSorted().find(other => other > region)
  const place = next === undefined ? '' : ` BEFORE ${printString(next)}`
  return sql`ALTER TYPE ${regionType} ADD VALUE ${printString(region)}${place}`
}

/**
 * Takes a value out of the enum, which PostgreSQL cannot: every column of the type moves to a new type. A row that still has the
 * value makes it fail, as in CockroachDB.
 */
export function dropRegionValue(region: string, regions: readonly string[]): SqlText {
  const old = 'crdb_internal_region_before'
  const message = printString(`could not remove enum value "${region}" as it is being used by table `)
  return sql`ALTER TYPE ${regionType} RENAME TO ${old}; ${createRegionType(regions.filter(other => other !== region))};
DECLARE
  place record;
  uses bool;
  expression text;
BEGIN
  FOR place IN
    SELECT a.attrelid::regclass AS relation, c.relname, a.attname, pg_get_expr(d.adbin, d.adrelid) AS default_sql
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.atttypid = 'public.${old}'::regtype AND c.relkind IN ('r', 'p') AND NOT a.attisdropped
  LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM %s WHERE %I = %L)', place.relation, place.attname, ${printString(region)}) INTO uses;
    IF uses THEN RAISE EXCEPTION USING ERRCODE = '2BP01', MESSAGE = ${message} || quote_ident(place.relname); END IF;
    IF place.default_sql IS NOT NULL THEN
      EXECUTE format('ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT', place.relation, place.attname);
    END IF;
    EXECUTE format('ALTER TABLE %s ALTER COLUMN %I TYPE ${regionType} USING %I::text::${regionType}', place.relation, place.attname, place.attname);
    IF place.default_sql IS NOT NULL THEN
      expression := replace(place.default_sql, ${printString(old)}, 'crdb_internal_region');
      EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT %s', place.relation, place.attname, expression);
    END IF;
  END LOOP;
END;
DROP TYPE public.${old}`
}

/** With the last region the enum goes, and the tables' localities. */
export function dropRegionType(): SqlText {
  return sql`DROP TYPE ${regionType};
DECLARE
  place record;
BEGIN
  FOR place IN SELECT relid FROM crdb_internal.cerci_relations WHERE properties ? 'locality' LOOP
    PERFORM crdb_internal.cerci_set_relation(place.relid::regclass, '{"locality": null}');
  END LOOP;
END`
}
