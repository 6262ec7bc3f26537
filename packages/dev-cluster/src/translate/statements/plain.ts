import { isPlainHead, type NodeOf, type PlainHead } from '@cerci/sql'
import { translateAlterType } from '../ddl/alter-type.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import type { TranslationKind } from '../translation.js'
import { refusedByCockroach, unimplemented } from '../unimplemented.js'
import { translateCancel } from './cancel.js'
import { translateControlJobs } from './control-jobs.js'
import { translateExtension } from './extension.js'
import type { Outcome } from './outcome.js'
import { translateRoutine } from './routine.js'

/**
 * What becomes of a statement that is not parsed: it passes with its types and literals rewritten, or the dev cluster does
 * not have it (`unimplemented`), or CockroachDB does not have it either (`refused`).
 */
type Treatment =
  | { readonly kind: TranslationKind; readonly tag?: string }
  | 'unimplemented'
  | 'refused'
  | ((node: NodeOf<'plain'>, rewrite: Rewrite) => Outcome)

const ddl = { kind: 'ddl' } as const
const other = { kind: 'other' } as const

const treatments: Readonly<Record<PlainHead, Treatment>> = {
  'alter all roles': 'unimplemented',
  'alter backup': 'unimplemented',
  'alter changefeed': 'unimplemented',
  'alter default privileges': ddl,
  'alter external connection': 'unimplemented',
  'alter function': translateRoutine,
  'alter job': 'unimplemented',
  'alter materialized view': ddl,
  'alter partition': 'unimplemented',
  'alter policy': ddl,
  'alter procedure': translateRoutine,
  'alter range': 'unimplemented',
  'alter schema': ddl,
  'alter sequence': ddl,
  'alter tenant': 'unimplemented',
  'alter type': translateAlterType,
  'alter view': ddl,
  'alter virtual cluster': 'unimplemented',
  analyse: other,
  analyze: other,
  backup: 'unimplemented',
  call: { kind: 'write' },
  cancel: translateCancel,
  check: 'unimplemented',
  checkpoint: 'refused',
  close: other,
  cluster: 'refused',
  'create aggregate': 'refused',
  'create cast': 'refused',
  'create changefeed': 'unimplemented',
  'create collation': 'refused',
  'create conversion': 'refused',
  'create domain': 'refused',
  'create event trigger': 'refused',
  'create extension': translateExtension,
  'create external connection': 'unimplemented',
  'create foreign data wrapper': 'refused',
  'create foreign table': 'refused',
  'create function': translateRoutine,
  'create language': 'refused',
  'create logical replication stream': 'unimplemented',
  'create logically replicated': 'unimplemented',
  'create operator': 'refused',
  'create or replace function': translateRoutine,
  'create or replace procedure': translateRoutine,
  'create or replace trigger': 'refused',
  'create policy': ddl,
  'create procedure': translateRoutine,
  'create publication': 'refused',
  'create rule': 'refused',
  'create schedule': 'unimplemented',
  'create server': 'refused',
  'create subscription': 'refused',
  'create tablespace': 'refused',
  'create tenant': 'unimplemented',
  'create text search': 'refused',
  'create trigger': ddl,
  'create virtual cluster': 'unimplemented',
  deallocate: other,
  do: { kind: 'write' },
  'drop aggregate': 'refused',
  'drop cast': 'refused',
  'drop collation': 'refused',
  'drop domain': 'refused',
  'drop extension': 'refused',
  'drop external connection': 'unimplemented',
  'drop function': translateRoutine,
  'drop operator': 'refused',
  'drop owned': ddl,
  'drop policy': ddl,
  'drop procedure': translateRoutine,
  'drop provisioned roles': 'unimplemented',
  'drop rule': 'refused',
  'drop schedule': 'unimplemented',
  'drop schedules': 'unimplemented',
  'drop server': 'refused',
  'drop tablespace': 'refused',
  'drop tenant': 'unimplemented',
  'drop trigger': ddl,
  'drop virtual cluster': 'unimplemented',
  execute: { kind: 'write' },
  'experimental changefeed': 'unimplemented',
  export: 'unimplemented',
  fetch: { kind: 'read' },
  import: 'unimplemented',
  inspect: 'unimplemented',
  listen: 'refused',
  load: 'refused',
  lock: 'refused',
  move: { kind: 'read' },
  notify: 'refused',
  pause: translateControlJobs,
  'reassign owned': ddl,
  refresh: ddl,
  reindex: 'refused',
  restore: 'unimplemented',
  resume: translateControlJobs,
  scrub: 'unimplemented',
  'security label': 'refused',
  unlisten: 'refused',
  vacuum: 'refused',
}

export function translatePlain(node: NodeOf<'plain'>, rewrite: Rewrite): Outcome {
  const treatment = isPlainHead(node.head) ? treatments[node.head] : ddl
  if (treatment === 'unimplemented') throw unimplemented(node.head.toUpperCase())
  if (treatment === 'refused') throw refusedByCockroach(node.head.toUpperCase())
  return typeof treatment === 'function' ? treatment(node, rewrite) : treatment
}
