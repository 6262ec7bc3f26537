import type { Call, Expression, IndexName, Name, OrderItem, Parameter, TypeName } from './node.js'
import type { ZoneTarget } from './object.js'
import type { Alias, AsOfClause, CommonTable, FromItem, Query, QueryBody, Target, With } from './query.js'
import type { ShowClause } from './session.js'
import type { StatementNode } from './statement.js'
import type {
  AlterTableAction,
  ColumnDefinition,
  Family,
  IndexColumn,
  LikeTable,
  Locality,
  TableElement,
} from './table.js'
import type { Assignment, Conflict, Returning } from './write.js'

/** Every node that has a kind. */
export type TreeNode =
  | Alias
  | AlterTableAction
  | AsOfClause
  | Assignment
  | Call
  | ColumnDefinition
  | CommonTable
  | Conflict
  | Expression
  | Family
  | FromItem
  | IndexColumn
  | IndexName
  | LikeTable
  | Locality
  | Name
  | OrderItem
  | Parameter
  | Query
  | QueryBody
  | Returning
  | ShowClause
  | StatementNode
  | TableElement
  | Target
  | TypeName
  | With
  | ZoneTarget

export type NodeKind = TreeNode['kind']
type NodeMap = { readonly [K in NodeKind]: Extract<TreeNode, { readonly kind: K }> }
export type NodeOf<K extends NodeKind> = NodeMap[K]
/** What to do for some kinds of nodes. */
export type Visitor = { readonly [K in NodeKind]?: (node: NodeMap[K]) => void }

/** Calls the visitor for every node of a tree, children before their parents. */
export function visitTree(node: TreeNode, visitor: Visitor): void {
  for (const child of childrenOf(node)) visitTree(child, visitor)
  enter(node.kind, node, visitor)
}

function enter<K extends NodeKind>(kind: K, node: NodeMap[K], visitor: Visitor): void {
  visitor[kind]?.(node)
}

/** The nodes directly inside a node, in the order of its properties. */
export function childrenOf(node: TreeNode): readonly TreeNode[] {
  const children: TreeNode[] = []
  collectNodes(node, children)
  return children
}

/** Written as loops: translation walks the tree of every statement several times. */
function collectNodes(holder: object, nodes: TreeNode[]): void {
  for (const value of Object.values(holder)) {
    if (typeof value !== 'object' || value === null) continue
    if (isNode(value)) nodes.push(value)
    else collectNodes(value, nodes)
  }
}

function isNode(value: object): value is TreeNode {
  return 'kind' in value && typeof value.kind === 'string'
}
