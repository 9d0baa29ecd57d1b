// Issuance by a wallet of other people: @openid4vc/openid4vci does everything from the authorization code on.

import assert from 'node:assert/strict'
import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { before, test } from 'node:test'

import { clientAuthenticationNone } from '@openid4vc/oauth2'
import { Openid4vciClient } from '@openid4vc/openid4vci'

import { artefacts, bytes, iaca, sha256 } from './support.mjs'
import { reader } from './sd-jwt-reader.mjs'
// Last: it and what the reader above brings both tell cbor-x how to read tag 24, and the last one is heard.
import { IssuerSigned } from '@owf/mdoc'
import { context } from './mdoc-context.mjs'

const made = artefacts.openid4vci
const transport = createPrivateKey({ key: Buffer.from(made.dpop_key, 'base64'), format: 'der', type: 'pkcs8' })
const keys = new Map()
const publicJwk = (privateKey) => {
  const jwk = createPublicKey(privateKey).export({ format: 'jwk' })
  keys.set(jwk.x, privateKey)
  return jwk
}
const signerOf = (privateKey) => ({ method: 'jwk', alg: 'ES256', publicJwk: publicJwk(privateKey) })
const base64url = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')

const client = new Openid4vciClient({
  callbacks: {
    fetch,
    hash: (data) => sha256(data),
    generateRandom: (length) => new Uint8Array(randomBytes(length)),
    clientAuthentication: clientAuthenticationNone({ clientId: made.client_id }),
    signJwt: (signer, { header, payload }) => {
      const input = `${base64url(header)}.${base64url(payload)}`
      const key = keys.get(signer.publicJwk.x)
      const signature = sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' })
      return { jwt: `${input}.${signature.toString('base64url')}`, signerJwk: signer.publicJwk }
    },
  },
})
let issuerMetadata
let dpop = { signer: signerOf(transport) }
let accessToken

before(async () => {
  issuerMetadata = await client.resolveIssuerMetadata(artefacts.url)
})

test('the metadata offers three configurations', () => {
  const known = Object.keys(issuerMetadata.credentialIssuer.credential_configurations_supported)
  assert.deepEqual(new Set(known), new Set(made.configurations))
})

const exchange = (authorizationCode) =>
  client.retrieveAuthorizationCodeAccessTokenFromOffer({
    issuerMetadata,
    credentialOffer: {
      credential_issuer: artefacts.url,
      credential_configuration_ids: made.configurations,
      grants: { authorization_code: {} },
    },
    authorizationCode,
    pkceCodeVerifier: made.code_verifier,
    dpop,
  })

test('a changed code is refused', async () => {
  const changed = (made.code[0] === 'A' ? 'B' : 'A') + made.code.slice(1)
  await assert.rejects(exchange(changed), /invalid_grant/)
})

test('the code becomes a token bound to the key', async () => {
  const result = await exchange(made.code)
  assert.equal(result.accessTokenResponse.token_type, 'DPoP')
  accessToken = result.accessTokenResponse.access_token
  dpop = { ...dpop, ...result.dpop }
})

async function obtain(credentialConfigurationId, { nonce, count = 1 } = {}) {
  const fresh = nonce ?? (await client.requestNonce({ issuerMetadata })).c_nonce
  const holders = Array.from({ length: count }, () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
  const jwt = []
  for (const holder of holders) {
    const signer = signerOf(holder)
    const proof = await client.createCredentialRequestJwtProof({ issuerMetadata, credentialConfigurationId, nonce: fresh, signer })
    jwt.push(proof.jwt)
  }
  const result = await client.retrieveCredentials({
    issuerMetadata,
    accessToken,
    credentialConfigurationId,
    proofs: { jwt },
    dpop,
  })
  dpop = { ...dpop, ...result.dpop }
  return { holders, response: result.credentialResponse, credentials: result.credentialResponse.credentials.map((one) => one.credential) }
}

test('two SD-CWTs are obtained in one batch', async () => {
  const { credentials } = await obtain('WorkPermit_sdcwt', { count: 2 })
  assert.equal(credentials.length, 2)
  for (const credential of credentials) assert.equal(bytes(credential)[0], 0xd2)
})

test('a mobile document is obtained, and @owf/mdoc verifies it', async () => {
  const { credentials, holders } = await obtain('WorkPermit_mdoc')
  const issuerSigned = IssuerSigned.fromEncodedForOid4Vci(credentials[0])
  await issuerSigned.verify({ trustedCertificates: [new Uint8Array(iaca.raw)] }, context)
  const { deviceKey } = issuerSigned.issuerAuth.mobileSecurityObject.deviceKeyInfo
  assert.equal(deviceKey.jwk.x, createPublicKey(holders[0]).export({ format: 'jwk' }).x)
})

test('an SD-JWT VC is obtained, @sd-jwt/sd-jwt-vc verifies it, and its status is valid', async () => {
  const { credentials, holders, response } = await obtain('WorkPermit_sdjwt')
  const { payload } = await reader.verify(credentials[0])
  assert.equal(payload.cnf.jwk.x, createPublicKey(holders[0]).export({ format: 'jwk' }).x)
  await client.sendNotification({
    issuerMetadata,
    accessToken,
    dpop,
    notification: { notificationId: response.notification_id, event: 'credential_accepted' },
  })
})

test('a proof over a nonce that is not the authority’s is refused', async () => {
  await assert.rejects(obtain('WorkPermit_sdjwt', { nonce: 'AAAAAAAAAAAAAAAAAAAAAA' }), /invalid_nonce/)
})
