// The permit as mobile document, as @owf/mdoc verifies it.

import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'

import { DeviceResponse, SessionTranscript, Verifier } from '@owf/mdoc'

import { artefacts, bytes, flipped, iaca } from './support.mjs'
import { context } from './mdoc-context.mjs'

const { mdoc } = artefacts
const response = bytes(mdoc.response)

async function verify(deviceResponse, sessionTranscript = bytes(mdoc.transcript), root = iaca.raw) {
  const failed = []
  await Verifier.verifyDeviceResponse(
    {
      deviceResponse,
      sessionTranscript,
      trustedCertificates: [new Uint8Array(root)],
      onCheck: (check) => check.status === 'FAILED' && failed.push(`${check.check}: ${check.reason}`),
    },
    context
  )
  if (failed.length > 0) throw new Error(failed.join('; '))
}

test('@owf/mdoc verifies issuer, digests and device of the response', async () => {
  await verify(response)
})

test('@owf/mdoc finds the elements of the profile and no others', () => {
  const [document] = DeviceResponse.decode(response).documents
  assert.equal(document.docType, mdoc.doc_type)
  const namespaces = document.issuerSigned.issuerNamespaces.issuerNamespaces
  assert.deepEqual([...namespaces.keys()], [mdoc.namespace])
  const items = namespaces.get(mdoc.namespace)
  assert.deepEqual(new Set(items.map((item) => item.elementIdentifier)), new Set(mdoc.elements))
  const family = items.find((item) => item.elementIdentifier === 'family_name')
  assert.equal(family.elementValue, 'GARCIA LOPEZ')
})

test('@owf/mdoc makes the same session transcript from the request', async () => {
  const transcript = await SessionTranscript.forOid4Vp(mdoc.handover, context)
  assert.equal(Buffer.from(transcript.encode()).toString('base64url'), mdoc.transcript)
})

test('@owf/mdoc refuses a response made for another session', async () => {
  const other = bytes(mdoc.transcript)
  other[other.length - 1] ^= 1
  await assert.rejects(verify(response, other))
})

test('@owf/mdoc refuses a document signer of another root', async () => {
  const [document] = DeviceResponse.decode(response).documents
  const signer = new X509Certificate(document.issuerSigned.issuerAuth.certificate)
  await assert.rejects(verify(response, bytes(mdoc.transcript), signer.raw))
})

test('@owf/mdoc refuses a changed byte in value, digest and signatures', async () => {
  const [document] = DeviceResponse.decode(response).documents
  const { issuerAuth } = document.issuerSigned
  const [digest] = issuerAuth.mobileSecurityObject.valueDigests.valueDigests.get(mdoc.namespace).values()
  const parts = {
    value: Buffer.from('GARCIA LOPEZ'),
    digest,
    'signature of the issuer': issuerAuth.signature,
    'signature of the device': document.deviceSigned.deviceAuth.deviceSignature.signature,
  }
  for (const [name, part] of Object.entries(parts)) {
    const at = Buffer.from(response).indexOf(part)
    assert.ok(at > 0, name)
    await assert.rejects(verify(flipped(response, at)), undefined, name)
  }
})
