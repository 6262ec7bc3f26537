import { createServer } from 'node:net'

/** A port that the storefront was told to use and cannot. */
export class PortError extends Error {
  override readonly name = 'PortError'
  readonly code = 'STOREFRONT_PORT'
}

/** Finds out before anything is started whether the storefront will be able to listen. Throws `PortError`. */
export async function assertPortFree(host: string, port: number): Promise<void> {
  const cause = await tryPort(host, port)
  if (cause === undefined) return
  const { code } = cause
  if (code === 'EADDRINUSE') {
    const other = port === 65_535 ? port - 1 : port + 1
    throw new PortError(
      `Port ${port} of ${host} is in use. Stop what listens there, or take another: PORT=${other} npm start`,
    )
  }
  if (code === 'EACCES')
    throw new PortError(`Port ${port} may not be used by this user. Take one above 1023: PORT=3000 npm start`)
  throw new PortError(
    `${host}:${port} cannot be listened on (${code}). Set HOST to an address of this machine, such as 127.0.0.1.`,
  )
}

export async function arePortsFree(host: string, ports: readonly number[]): Promise<boolean> {
  const errors = await Promise.all(ports.map(port => tryPort(host, port)))
  return errors.every(error => error === undefined)
}

function tryPort(host: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise(resolve => {
    const probe = createServer()
    probe.once('error', resolve)
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve(undefined)))
  })
}
