import type { ColumnDefinition, Reference, TableConstraint } from '@cerci/sql'
import type { Rewrite } from '../rewrite/rewrite.js'
import { rewriteRelation } from './names.js'

/** The table that a foreign key points to. */
export function rewriteReference(node: ColumnDefinition | TableConstraint, rewrite: Rewrite): void {
  for (const reference of referencesOf(node)) rewriteRelation(reference.table, rewrite)
}

function referencesOf(node: ColumnDefinition | TableConstraint): readonly Reference[] {
  if (node.kind === 'column') return node.constraints.filter(constraint => constraint.type === 'references')
  return node.definition.type === 'foreign-key' ? [node.definition] : []
}
