import type { Cluster } from 'cerci'
import { insertDemoData, isEmpty } from '../repositories/demo-repository.js'
import { createDemoData, type DemoData } from './demo-data.js'

/** Fills a database without products, in one transaction; leaves any other alone. Returns what it wrote. */
export async function loadDemoData(cluster: Cluster): Promise<DemoData | undefined> {
  const data = createDemoData()
  return cluster.transaction(async tx => {
    if (!(await isEmpty(tx))) return undefined
    await insertDemoData(tx, data)
    return data
  })
}
