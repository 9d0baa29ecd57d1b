// The cryptography that @owf/mdoc leaves to its caller: that of Node.

import { createPublicKey, randomBytes, X509Certificate, createHash } from 'node:crypto'

import { CoseKey } from '@owf/mdoc'

import { es256, issuedByRoot, keyOf } from './support.mjs'

const absent = () => {
  throw new Error('not needed to verify a signed response')
}
const field = (name, wanted) =>
  name
    .split('\n')
    .filter((line) => line.startsWith(`${wanted}=`))
    .map((line) => line.slice(wanted.length + 1))

export const context = {
  crypto: {
    random: (length) => new Uint8Array(randomBytes(length)),
    digest: ({ digestAlgorithm, bytes }) =>
      new Uint8Array(createHash(digestAlgorithm.replace('-', '')).update(bytes).digest()),
    calculateEphemeralMacKey: absent,
  },
  cose: {
    sign1: {
      sign: absent,
      verify: ({ key, sign1 }) => es256(keyOf(key.jwk), sign1.toBeSigned, sign1.signature),
    },
    mac0: { sign: absent, verify: absent },
  },
  x509: {
    getIssuerNameField: ({ certificate, field: wanted }) => field(new X509Certificate(certificate).issuer, wanted),
    getPublicKey: ({ certificate }) =>
      CoseKey.fromJwk(createPublicKey(new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'pem' })).export({ format: 'jwk' })),
    verifyCertificateChain: ({ trustedCertificates, x5chain }) => {
      const leaf = issuedByRoot(x5chain[0])
      if (!trustedCertificates.some((der) => leaf.checkIssued(new X509Certificate(der)))) throw new Error('unknown root')
    },
    getCertificateData: ({ certificate }) => {
      const parsed = new X509Certificate(certificate)
      return {
        issuerName: parsed.issuer,
        subjectName: parsed.subject,
        serialNumber: parsed.serialNumber,
        thumbprint: parsed.fingerprint256,
        notBefore: new Date(parsed.validFrom),
        notAfter: new Date(parsed.validTo),
        pem: parsed.toString(),
      }
    },
  },
}
