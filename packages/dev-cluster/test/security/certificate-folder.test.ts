import { X509Certificate } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { DevCluster } from '../../src/dev-cluster.js'
import { CertificateFolder } from '../../src/security/certificate-folder.js'
import { temporaryFolder } from '../engine/temporary-folder.js'

const certificateOf = (folder: string, name: string) => new X509Certificate(readFileSync(join(folder, `${name}.crt`)))

describe('CertificateFolder', () => {
  test('makes what is missing, and keeps what is there', async () => {
    const folder = temporaryFolder()
    await CertificateFolder.open(folder, ['127.0.0.1', 'localhost'])
    const before = ['ca', 'node', 'client.root'].map(name => certificateOf(folder, name).serialNumber)
    await CertificateFolder.open(folder, ['localhost'])
    expect(['ca', 'node', 'client.root'].map(name => certificateOf(folder, name).serialNumber)).toEqual(before)
  })

  test('names subjects and hosts as cockroach cert does', async () => {
    const folder = temporaryFolder()
    const certificates = await CertificateFolder.open(folder, ['127.0.0.1', 'db.example'])
    const [ca, node, root] = ['ca', 'node', 'client.root'].map(name => certificateOf(folder, name))
    expect(ca?.subject).toBe('O=Cockroach\nCN=Cockroach CA')
    expect(node?.subject).toBe('O=Cockroach\nCN=node')
    expect(node?.subjectAltName).toBe('IP Address:127.0.0.1, DNS:db.example')
    expect(root?.subject).toBe('O=Cockroach\nCN=root')
    expect(ca?.ca).toBe(true)
    expect(node?.ca).toBe(false)
    if (!ca) throw new Error('no authority')
    for (const each of [node, root]) expect(each?.verify(ca.publicKey)).toBe(true)
    const mary = await certificates.client('mary')
    expect(new X509Certificate(readFileSync(mary.certificate)).subject).toBe('O=Cockroach\nCN=mary')
  })

  test('makes a new node certificate for another host', async () => {
    const folder = temporaryFolder()
    await CertificateFolder.open(folder, ['127.0.0.1'])
    await CertificateFolder.open(folder, ['127.0.0.1', '10.0.0.7'])
    expect(certificateOf(folder, 'node').checkIP('10.0.0.7')).toBe('10.0.0.7')
  })

  test('says what it cannot use', async () => {
    const folder = temporaryFolder()
    await CertificateFolder.open(folder, ['127.0.0.1'])
    rmSync(join(folder, 'ca.key'))
    await CertificateFolder.open(folder, ['127.0.0.1'])
    await expect(CertificateFolder.open(folder, ['10.0.0.7'])).rejects.toMatchObject({
      code: 'CERCI_CERTS_UNUSABLE',
      message: expect.stringContaining('there is no ca.key to make node.crt with'),
    })
    writeFileSync(join(folder, 'ca.crt'), 'nonsense')
    await expect(CertificateFolder.open(folder, ['127.0.0.1'])).rejects.toMatchObject({ code: 'CERCI_CERTS_UNUSABLE' })
  })
})

test('certificates without secure, and hosts beyond this machine, are refused', async () => {
  await expect(DevCluster.start({ certsDir: temporaryFolder() })).rejects.toMatchObject({
    code: 'CERCI_CERTS_INSECURE',
  })
  await expect(DevCluster.start({ host: '0.0.0.0' })).rejects.toMatchObject({ code: 'CERCI_HOST_NOT_LOOPBACK' })
})

test('a secure cluster may listen on every address', async () => {
  const certsDir = temporaryFolder()
  await using cluster = await DevCluster.start({ nodes: 1, host: '0.0.0.0', secure: true, certsDir })
  expect(cluster.node(1).host).toBe('0.0.0.0')
  expect(cluster.url).toMatch(/^postgresql:\/\/root@127\.0\.0\.1:\d+\/defaultdb\?sslmode=verify-full/)
  expect(cluster.url).toContain(`sslrootcert=${certsDir}/ca.crt`)
})
