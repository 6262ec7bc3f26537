import { PrismaPg } from '@prisma/adapter-pg'
import type { Cluster } from 'cerci'
import { type CerciPrisma, prismaAdapter, withPrisma } from 'cerci/prisma'
import { type Prisma, PrismaClient } from './generated/client.js'

/** What the log is told: a query with its duration, or what Prisma warns of. */
export interface PrismaLogEntry {
  readonly level: 'query' | 'warn' | 'error'
  readonly message: string
  readonly durationMs?: number
}

export interface Database extends CerciPrisma<PrismaClient, Prisma.TransactionClient>, AsyncDisposable {
  readonly cluster: Cluster
}

/** Prisma on the cluster's pool, with its transactions retried. Closing it leaves the cluster open. */
export function connect(cluster: Cluster, log?: (entry: PrismaLogEntry) => void): Database {
  const levels = log === undefined ? [] : (['query', 'warn', 'error'] as const)
  const prisma = new PrismaClient({
    adapter: prismaAdapter(new PrismaPg(cluster.pool)),
    log: levels.map(level => ({ level, emit: 'event' as const })),
  })
  if (log !== undefined) {
    prisma.$on('query', ({ query, duration }) => log({ level: 'query', message: query, durationMs: duration }))
    prisma.$on('warn', ({ message }) => log({ level: 'warn', message }))
    prisma.$on('error', ({ message }) => log({ level: 'error', message }))
  }
  return {
    ...withPrisma(cluster, prisma),
    cluster,
    [Symbol.asyncDispose]: () => prisma.$disconnect(),
  }
}
