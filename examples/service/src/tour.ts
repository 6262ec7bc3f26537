import { randomUUID } from 'node:crypto'
import { DevCluster } from '@cerci/dev-cluster'
import { Cluster } from 'cerci'
import type { Example } from './example.js'
import type { UserService } from './user-service.js'

/** Migrates, then shows what the service does while a node is restarted. On the cluster of `DATABASE_URL`, or a dev cluster of its own. */
export async function tour(name: string, example: Example, print: (line: string) => void): Promise<void> {
  const given = process.env.DATABASE_URL
  const dev = given === undefined ? await DevCluster.start() : undefined
  const cluster = new Cluster(given ?? dev?.url ?? '')
  try {
    await example.migrate(cluster)
    await using service = await example.open(cluster)
    print(`The user service over ${name}:`)
    await walk(service, print, dev)
  } finally {
    await cluster.close()
    await dev?.stop()
  }
}

async function walk(service: UserService, print: (line: string) => void, dev: DevCluster | undefined): Promise<void> {
  const mark = randomUUID().slice(0, 8)
  const ada = await service.createUser({ name: `Ada ${mark}`, email: `ada-${mark}@example.com` }, '100.00')
  const bob = await service.createUser({ name: `Bob ${mark}`, email: `bob-${mark}@example.com` }, '100.00')
  print(`  created ${ada.name} and ${bob.name}, with 100.00 each`)
  for (const title of ['First', 'Second', 'Third']) await service.addPost(ada.id, title)
  const page = await service.listPosts(ada.id, { limit: 2 })
  print(`  the newest of her posts: ${page.posts.map(post => post.title).join(', ')}`)
  await service.stockProduct(`tea-${mark}`, 5)
  const order = await service.placeOrder(ada.id, [
    { sku: `tea-${mark}`, quantity: 2 },
    { sku: `moon-${mark}`, quantity: 1 },
  ])
  print(`  ordered ${order.items.length} item, refused ${order.refused.length} that is not in stock`)
  const restart = dev === undefined ? undefined : restartNode(dev)
  await Promise.all(
    Array.from({ length: 50 }, () =>
      service.transfer({ id: randomUUID(), from: ada.account.id, to: bob.account.id, amount: '1.00' }),
    ),
  )
  await restart
  const [left, right] = await Promise.all([service.findUser(ada.id), service.findUser(bob.id)])
  print(
    `  50 transfers at once${dev === undefined ? '' : ', while a node was restarted'}: ${left?.account.balance} and ${right?.account.balance}`,
  )
}

async function restartNode(dev: DevCluster): Promise<void> {
  await dev.node(1).drain()
  await dev.node(1).start()
}
