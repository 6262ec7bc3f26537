/**
 * Relations of crdb_internal that CockroachDB has, so that one missing here can be told from one that is misspelled. Those that
 * the dev cluster has are never missing.
 *
 * @see https://www.cockroachlabs.com/docs/v26.2/crdb-internal#tables
 */
const relations: ReadonlySet<string> = new Set(
  `active_range_feeds backward_dependencies builtin_functions cluster_contended_indexes cluster_contended_keys
  cluster_contended_tables cluster_contention_events cluster_locks cluster_database_privileges cluster_execution_insights
  cluster_distsql_flows cluster_inflight_traces cluster_queries cluster_sessions cluster_settings cluster_statement_statistics
  cluster_transaction_statistics cluster_transactions cluster_txn_execution_insights create_statements
  create_function_statements create_procedure_statements create_schema_statements create_trigger_statements
  create_type_statements cross_db_references databases default_privileges feature_usage forward_dependencies gossip_alerts
  gossip_liveness gossip_network gossip_nodes index_columns index_spans index_usage_statistics invalid_objects jobs
  kv_builtin_function_comments kv_dropped_relations kv_inherited_role_members kv_node_liveness kv_node_status kv_store_status
  kv_system_privileges leases lost_descriptors_with_data node_build_info node_contention_events node_execution_insights
  node_distsql_flows node_inflight_trace_spans node_memory_monitors node_metrics node_queries node_runtime_info node_sessions
  node_statement_statistics node_transaction_statistics node_transactions node_txn_execution_insights node_txn_stats partitions
  pg_catalog_table_is_implemented predefined_comments ranges ranges_no_leases regions schema_changes session_trace
  session_variables statement_activity statement_statistics statement_statistics_persisted super_regions system_jobs
  table_columns table_indexes table_row_statistics table_spans tables tenant_usage_details transaction_activity
  transaction_contention_events transaction_statistics transaction_statistics_persisted zones`.split(/\s+/),
)

/** The relation of CockroachDB's crdb_internal that a name such as `crdb_internal.zones` means. */
export function internalRelation(name: string): string | undefined {
  const [schema, relation, ...others] = name.split('.')
  return schema === 'crdb_internal' && relation !== undefined && others.length === 0 && relations.has(relation)
    ? name
    : undefined
}
