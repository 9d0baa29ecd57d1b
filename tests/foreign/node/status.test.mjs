// The status lists, over HTTP, as @owf/token-status-list (CWT) and @sd-jwt/jwt-status-list (JWT) read them.

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { cborDecode, CoseKey, Sign1 } from '@owf/cose'
import { StatusListCwt } from '@owf/token-status-list'
import { getListFromStatusListJWT } from '@sd-jwt/jwt-status-list'

import { artefacts, bytes, es256, flipped, keyOf, statusToken } from './support.mjs'

const CWT = 'application/statuslist+cwt'
const JWT = 'application/statuslist+jwt'
const SUSPENDED = 2
const INVALID = 1
const lists = [
  { name: 'two bits', bits: 2, suspended: SUSPENDED, ...artefacts.sd_jwt.status },
  { name: 'one bit, for mobile documents', bits: 1, suspended: INVALID, ...artefacts.mdoc.status },
]
const context = {
  verify: ({ key, toBeVerified, signature, sign1 }) =>
    es256(keyOf(key.jwk), toBeVerified ?? sign1.toBeSigned, signature ?? sign1.signature),
}

/** Signature, claims and list of a token; the library leaves the signature to @owf/cose. */
async function read(token) {
  const sign1 = Sign1.decode(token)
  const key = CoseKey.fromJwk(artefacts.keys.status)
  if (!(await sign1.verifySignature({ key }, context))) throw new Error('the signature is not good')
  const claims = cborDecode(sign1.payload)
  return { claims, list: StatusListCwt.fromToken(token).payload.statusList }
}

for (const { name, bits, suspended, idx, uri } of lists) {
  test(`@owf/token-status-list reads the CWT: ${name}`, async () => {
    const { claims, list } = await read(await statusToken(uri, CWT))
    assert.equal(claims.get(2), uri)
    assert.ok(claims.get(4) > Date.now() / 1000)
    assert.ok(claims.get(65534) > 0)
    assert.equal(list.getBitsPerStatus(), bits)
    assert.equal(list.getStatus(idx), suspended)
    assert.ok(list.statusList.filter((status) => status === 0).length > list.statusList.length - 20)
  })

  test(`@sd-jwt/jwt-status-list reads the JWT, which says the same: ${name}`, async () => {
    const jwt = Buffer.from(await statusToken(uri, JWT)).toString('ascii')
    const [header, payload, signature] = jwt.split('.')
    assert.ok(es256(keyOf(artefacts.keys.status), `${header}.${payload}`, bytes(signature)))
    const list = getListFromStatusListJWT(jwt)
    assert.equal(list.getBitsPerStatus(), bits)
    assert.equal(list.getStatus(idx), suspended)
    assert.deepEqual(list.statusList, (await read(await statusToken(uri, CWT))).list.statusList)
  })
}

test('a changed byte in the list is refused', async () => {
  const { uri } = lists[0]
  const cwt = await statusToken(uri, CWT)
  // In front of the signature's head and its 64 bytes, the last bytes of the payload are the list.
  await assert.rejects(read(flipped(cwt, cwt.length - 66 - 3)), /signature/)
  const jwt = Buffer.from(await statusToken(uri, JWT)).toString('ascii').split('.')
  const changed = jwt[1].slice(0, -4) + (jwt[1].at(-4) === 'A' ? 'B' : 'A') + jwt[1].slice(-3)
  assert.ok(!es256(keyOf(artefacts.keys.status), `${jwt[0]}.${changed}`, bytes(jwt[2])))
})
