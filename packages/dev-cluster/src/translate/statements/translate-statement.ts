import { childrenOf, type NodeKind, type NodeOf, type StatementNode, type TreeNode } from '@cerci/sql'
import { noteAccesses } from '../access/touch-rows.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import { castByContext, castVisibleIntegers } from '../rules/integers.js'
import { ruleTable } from '../rules/rule-table.js'
import { rewriteCurrentTime, rewriteOperators, rewriteTokens } from '../rules/tokens.js'
import type { Outcome } from './outcome.js'
import { statementTable } from './statement-table.js'

/** Translates a whole statement: what is inside it first, then the statement itself. */
export function translateStatement(node: StatementNode, rewrite: Rewrite): Outcome {
  survey(node, rewrite)
  noteAccesses(node, rewrite)
  rewriteTokens(node, rewrite)
  rewriteCurrentTime(node, rewrite)
  castByContext(node, rewrite)
  castVisibleIntegers(node, rewrite)
  rewriteInside(node, rewrite)
  return dispatchStatement(node.kind, node, rewrite)
}

/** Translates a statement that is part of another, unless the rules for what is inside a statement have done so. */
export function translateNested(node: StatementNode, rewrite: Rewrite): Outcome {
  if (node.kind in ruleTable) return { kind: node.kind === 'query' ? 'read' : 'write' }
  const outcome = dispatchStatement(node.kind, node, rewrite)
  if (outcome.sql !== undefined) rewrite.draft.replace(node, outcome.sql)
  return outcome
}

/** Notes what rules must know of a node before they reach it. */
function survey(node: TreeNode, rewrite: Rewrite): void {
  for (const child of childrenOf(node)) {
    if (child.kind in statementTable) rewrite.nested.add(child)
    survey(child, rewrite)
  }
  if (node.kind === 'explain') rewrite.explained = true
  if (node.kind === 'common-table') rewrite.commonTables.add(node.name)
  if (node.kind === 'insert' && node.source) rewrite.unseen.add(node.source.body)
  if (node.kind !== 'expression') return
  for (const part of node.parts) {
    if (part.kind === 'query' && part.start >= 2 && rewrite.token(part.start - 2).value === 'exists') {
      rewrite.unseen.add(part.body)
    }
  }
}

function rewriteInside(node: TreeNode, rewrite: Rewrite): void {
  for (const child of childrenOf(node)) {
    rewriteInside(child, rewrite)
    applyRule(child.kind, child, rewrite)
  }
  if (node.kind === 'expression') rewriteOperators(node, rewrite)
}

function applyRule<K extends NodeKind>(kind: K, node: NodeOf<K>, rewrite: Rewrite): void {
  ruleTable[kind]?.(node, rewrite)
}

function dispatchStatement<K extends StatementNode['kind']>(kind: K, node: NodeOf<K>, rewrite: Rewrite): Outcome {
  return statementTable[kind](node, rewrite)
}
