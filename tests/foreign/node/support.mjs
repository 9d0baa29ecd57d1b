// What the tests of this folder share.

import { createHash, createPublicKey, verify, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** What our own code signed for this run. */
export const artefacts = JSON.parse(readFileSync(process.env.FOREIGN_ARTEFACTS, 'utf8'))

export const bytes = (text) => new Uint8Array(Buffer.from(text, 'base64url'))
export const json = (part) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
export const sha256 = (data) => new Uint8Array(createHash('sha256').update(data).digest())
export const keyOf = (jwk) => createPublicKey({ key: jwk, format: 'jwk' })

/** ES256 (RFC 7518 3.4). */
export const es256 = (key, message, signature) =>
  verify('sha256', Buffer.from(message), { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature))

export const iaca = new X509Certificate(artefacts.iaca)

/** The certificate, if the authority's root certificate issued it and its time has come and not gone. */
export function issuedByRoot(der) {
  const leaf = new X509Certificate(der)
  const now = new Date()
  if (!leaf.checkIssued(iaca) || !leaf.verify(iaca.publicKey)) throw new Error('not issued by this root')
  for (const certificate of [leaf, iaca]) {
    if (new Date(certificate.validFrom) > now || now > new Date(certificate.validTo)) throw new Error('not valid now')
  }
  return leaf
}

/** The status list token behind a URI: the URI is a logical name, its last part the list's number. */
export async function statusToken(uri, media) {
  const number = uri.split('/').at(-1)
  const response = await fetch(`${artefacts.url}/status/${number}`, { headers: { accept: media } })
  if (response.status !== 200 || response.headers.get('content-type') !== media) {
    throw new Error(`${response.status} ${response.headers.get('content-type')}`)
  }
  return new Uint8Array(await response.arrayBuffer())
}

/** A copy with one bit of one byte changed. */
export function flipped(data, at) {
  const copy = Uint8Array.from(data)
  copy[at] ^= 1
  return copy
}
