/**
 * Fails when a package imports another that the design does not allow, reaches into another package's files, uses a
 * dependency that its package.json does not name, or is not in the table below.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join, relative, resolve } from 'node:path'

/** Folder of each package → the packages of this project it may import. */
const allowed = {
  'packages/wire': [],
  'packages/sql': [],
  'packages/client': [],
  'packages/dev-cluster': ['@cerci/wire', '@cerci/sql'],
  'packages/prisma-engine': ['cerci', '@cerci/sql'],
  'packages/cli': ['@cerci/dev-cluster', '@cerci/prisma-engine'],
  'apps/storefront': ['cerci', '@cerci/dev-cluster'],
  'examples/service': ['cerci', '@cerci/dev-cluster'],
  ...Object.fromEntries(
    readdirSync(join(import.meta.dirname, '../examples'))
      .filter(name => name !== 'service')
      .map(name => [`examples/${name}`, ['cerci', '@cerci/example-service']]),
  ),
  'examples/prisma': ['cerci', '@cerci/example-service', '@cerci/prisma-engine'],
  bench: ['cerci', '@cerci/cli', '@cerci/storefront', '@cerci/example-prisma'],
}

const root = resolve(import.meta.dirname, '..')
const unlisted = workspaceFolders().filter(folder => !(folder in allowed))
const faults = unlisted.map(folder => `${folder}: say in scripts/check-imports.js what it may import`)
faults.push(...Object.entries(allowed).flatMap(([folder, projectPackages]) => checkPackage(folder, projectPackages)))
for (const fault of faults) console.error(fault)
if (faults.length > 0) process.exitCode = 1
else console.log(`imports: ${Object.keys(allowed).length} packages import only what they may`)

/** The folders that package.json names as workspaces, and that hold a package. */
function workspaceFolders() {
  const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return workspaces
    .flatMap(pattern => (pattern.endsWith('/*') ? foldersIn(pattern.slice(0, -2)) : [pattern]))
    .filter(folder => existsSync(join(root, folder, 'package.json')))
}

function foldersIn(parent) {
  if (!existsSync(join(root, parent))) return []
  return readdirSync(join(root, parent)).map(name => `${parent}/${name}`)
}

function checkPackage(folder, projectPackages) {
  const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
  const declared = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
  const source = join(root, folder, 'src')
  return sourceFiles(source).flatMap(file =>
    importedModules(readFileSync(file, 'utf8'))
      .map(specifier => faultOf(specifier, file, source, projectPackages, declared))
      .filter(fault => fault !== undefined)
      .map(fault => `${relative(root, file)}: ${fault}`),
  )
}

function faultOf(specifier, file, source, projectPackages, declared) {
  if (specifier.startsWith('.')) {
    return resolve(file, '..', specifier).startsWith(source)
      ? undefined
      : `'${specifier}' leaves the package's src folder`
  }
  if (specifier.startsWith('node:')) return undefined
  if (builtinModules.includes(specifier)) return `write 'node:${specifier}'`
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
  if ((name === 'cerci' || name.startsWith('@cerci/')) && !projectPackages.includes(name)) {
    return `may not import ${name}; allowed: ${projectPackages.join(', ') || 'nothing of this project'}`
  }
  return declared.includes(name) ? undefined : `${name} is not in the package's dependencies`
}

function importedModules(source) {
  const text = source.replace(/\/\*[\s\S]*?\*\//g, '') // examples in comments import the package itself
  const statement =
    /^(?:import|export)\b[^'"]*?\bfrom\s+['"]([^'"]+)['"]|^import\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm
  return [...text.matchAll(statement)].map(match => match[1] ?? match[2] ?? match[3])
}

function sourceFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.ts'))
    .map(entry => join(entry.parentPath, entry.name))
}
