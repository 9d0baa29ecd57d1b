// Verifies one response with a mobile document and ends: for measuring the whole process.

import { Verifier } from '@owf/mdoc'

import { artefacts, bytes, iaca } from './support.mjs'
import { context } from './mdoc-context.mjs'

const { response, transcript } = artefacts.mdoc
await Verifier.verifyDeviceResponse(
  {
    deviceResponse: bytes(response),
    sessionTranscript: bytes(transcript),
    trustedCertificates: [new Uint8Array(iaca.raw)],
  },
  context
)
