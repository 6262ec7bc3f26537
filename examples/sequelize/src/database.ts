import type { Cluster } from 'cerci'
import { type ClusterSequelize, sequelizeOptions, withSequelize } from 'cerci/sequelize'
import { Sequelize, type Transaction } from 'sequelize'

export interface Database {
  readonly sequelize: Sequelize
  readonly onCluster: ClusterSequelize<Sequelize, Transaction>
}

/** Sequelize on the cluster. `sequelize.close()` leaves the cluster open. */
export function openSequelize(cluster: Cluster): Database {
  const sequelize = new Sequelize({ ...sequelizeOptions(cluster), logging: false })
  return { sequelize, onCluster: withSequelize(cluster, sequelize) }
}
