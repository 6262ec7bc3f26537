/**
 * The versions that fit each other. The engine is inside the `prisma` package; the JavaScript that drives it is published apart from it, for
 * other commits only, so this pairing is tried, not promised: the engine's commit is compared, and it must pass a smoke test at every start.
 */
export const pins: {
  readonly prisma: string
  readonly glue: string
  readonly engineCommit: string
} = {
  prisma: '7.10.1',
  glue: '8.1.0-2.59be4fda12412a79eeb9c2ae727b6aa723593323',
  engineCommit: 'd1b3f377ca835d73fd50954a5e22128b9ebdd6b8',
}
