// A verifier of SD-JWT VCs made of @sd-jwt/sd-jwt-vc; status lists come over HTTP.

import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc'

import { artefacts, bytes, es256, issuedByRoot, json, keyOf, sha256, statusToken } from './support.mjs'

const header = (data) => json(data.split('.')[0])

export const reader = new SDJwtVcInstance({
  hasher: (data) => sha256(data),
  hashAlg: 'sha-256',
  // The issuer is known by the certificate in the header and by the root that issued it.
  verifier: (data, signature) => {
    const signer = issuedByRoot(Buffer.from(header(data).x5c[0], 'base64'))
    const uri = json(data.split('.')[1]).iss
    if (!signer.subjectAltName?.includes(`URI:${uri}`)) throw new Error('the certificate is for another issuer')
    return es256(signer.publicKey, data, bytes(signature))
  },
  kbVerifier: (data, signature, payload) => es256(keyOf(payload.cnf.jwk), data, bytes(signature)),
  statusListFetcher: async (uri) =>
    Buffer.from(await statusToken(uri, 'application/statuslist+jwt')).toString('ascii'),
  statusVerifier: (data, signature) => es256(keyOf(artefacts.keys.status), data, bytes(signature)),
})

