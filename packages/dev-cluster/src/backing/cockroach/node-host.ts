/** A node of a real CockroachDB, and how it is reached. */
export interface CockroachNode {
  readonly id: number
  /** Address and ports on this machine. */
  readonly host: string
  readonly port: number
  readonly httpPort: number
  readonly region: string
  readonly zone: string
}

export interface NodeHostOptions {
  /** Folder for what the nodes write. */
  readonly folder: string
  /** Whether the folder is kept for a later run. */
  readonly keep: boolean
  /** Folder of the certificates; undefined for an insecure cluster. */
  readonly certsDir: string | undefined
  /** The image, for Docker. */
  readonly image: string | undefined
  readonly log: (line: string) => void
}

/** Where nodes of a real CockroachDB run: as processes, or in containers. */
export interface NodeHost {
  /**
   * Starts a node, or starts it again, and returns when it runs, which is before it is ready.
   *
   * @param members the nodes of the cluster that it is to join
   * @param onExit told when the node ends, asked or not
   */
  start(node: CockroachNode, members: readonly CockroachNode[], onExit: () => void): Promise<void>
  /** Runs a command of `cockroach` that asks a node, such as `init`, and returns what it printed. */
  ask(node: CockroachNode, command: readonly string[]): Promise<string>
  /** Ends a node at once. */
  kill(node: CockroachNode): Promise<void>
  /** Ends what is left, and removes what nobody wants to keep. */
  stop(nodes: readonly CockroachNode[]): Promise<void>
}

export type MakeNodeHost = (options: NodeHostOptions) => Promise<NodeHost>

/** The flags by which `cockroach` knows whether the cluster is secure. */
export function securityFlags(certsDir: string | undefined): readonly string[] {
  return certsDir === undefined ? ['--insecure'] : [`--certs-dir=${certsDir}`]
}

export function localityFlag({ region, zone }: CockroachNode): string {
  return `--locality=region=${region},zone=${zone}`
}
