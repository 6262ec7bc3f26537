import { DevCluster } from '@cerci/dev-cluster'
import { example } from '@cerci/example-prisma'
import { Cluster } from 'cerci'

export interface PrismaCluster extends AsyncDisposable {
  readonly dev: DevCluster
  readonly cluster: Cluster
}

/** A dev cluster of one's own with the tables of the Prisma example. */
export async function openPrismaCluster(): Promise<PrismaCluster> {
  const dev = await DevCluster.start()
  const cluster = new Cluster(dev.url)
  await example.migrate(cluster)
  return {
    dev,
    cluster,
    [Symbol.asyncDispose]: async () => {
      await cluster.close()
      await dev.stop()
    },
  }
}
