import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join, normalize } from 'node:path'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')
const packages = readdirSync(join(root, 'packages'))

interface Manifest {
  readonly name: string
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  readonly bin?: Readonly<Record<string, string>>
}

const manifestOf = (folder: string): Manifest => JSON.parse(read(`packages/${folder}/package.json`))

it.each(packages)(
  'npm pack of %s has its licence, its README and everything that its package.json names',
  folder => {
    const { exports, bin = {} } = manifestOf(folder)
    const named = Object.values(exports).flatMap(target =>
      typeof target === 'string' ? [target] : Object.values(target),
    )
    const packed = packedFiles(folder)
    expect(packed).toEqual(
      expect.arrayContaining(['LICENSE', 'README.md', ...[...named, ...Object.values(bin)].map(normalize)]),
    )
    expect(
      packed.filter(file => !/^(?:dist|src|bin|overlay)\/|^(?:LICENSE|README\.md|package\.json)$/.test(file)),
    ).toEqual([])
    expect(read(`packages/${folder}/LICENSE`)).toBe(read('LICENSE'))
  },
  120_000,
)

const importLine = /^import \{ (.*) \} from '(.*)'$/m

it.each(packages.filter(folder => importLine.test(read(`packages/${folder}/README.md`))))(
  'the README of %s imports what the package exports',
  async folder => {
    const [, names = '', from] = importLine.exec(read(`packages/${folder}/README.md`)) ?? []
    const { name, exports } = manifestOf(folder)
    expect(from).toBe(name)
    const module: unknown = await import(join(root, 'packages', folder, Object(exports['.']).default))
    expect(Object.keys(Object(module))).toEqual(expect.arrayContaining(names.split(', ')))
  },
)

/** What would be published, without publishing it. */
function packedFiles(folder: string): string[] {
  const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: join(root, 'packages', folder),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [tarball] = JSON.parse(output) as [{ readonly files: readonly { readonly path: string }[] }]
  return tarball.files.map(({ path }) => path)
}

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}
