// The permit as SD-JWT VC with key binding, as @sd-jwt/sd-jwt-vc verifies it.

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { artefacts } from './support.mjs'
import { reader } from './sd-jwt-reader.mjs'

const { sd_jwt: made } = artefacts
// This one's holder was suspended after it was issued; what the status says is asked for below.
const options = { keyBindingNonce: made.nonce, disableStatusVerification: true }

test('@sd-jwt/sd-jwt-vc verifies issuer, disclosures and key binding', async () => {
  const { payload, header, kb } = await reader.verify(made.presentation, options)
  assert.equal(header.typ, 'dc+sd-jwt')
  assert.equal(payload.vct, 'urn:permitcard:workpermit:1')
  assert.equal(payload.test, true)
  assert.equal(kb.payload.aud, made.aud)
  for (const claim of made.claims) assert.ok(claim in payload, claim)
  assert.equal(payload.family_name, 'GARCIA LOPEZ')
  assert.ok(!(made.hidden in payload), 'what the profile does not show stays hidden')
})

test('all disclosures open the hidden claims', async () => {
  const { payload } = await reader.verify(made.sd_jwt, { disableStatusVerification: true })
  assert.ok(made.hidden in payload)
})

test('@sd-jwt/sd-jwt-vc refuses another nonce', async () => {
  await assert.rejects(reader.verify(made.presentation, { ...options, keyBindingNonce: 'another' }), /[Nn]once/)
})

test('@sd-jwt/sd-jwt-vc refuses a presentation with a disclosure taken out', async () => {
  const parts = made.presentation.split('~')
  parts.splice(1, 1)
  await assert.rejects(reader.verify(parts.join('~'), options), /hash/i)
})

test('@sd-jwt/sd-jwt-vc refuses a changed byte in each part', async () => {
  const parts = made.presentation.split('~')
  for (let part = 0; part < parts.length; part += 1) {
    const at = parts[part].length - 8
    const changed = parts[part].slice(0, at) + (parts[part][at] === 'A' ? 'B' : 'A') + parts[part].slice(at + 1)
    const all = parts.with(part, changed).join('~')
    await assert.rejects(reader.verify(all, options), undefined, `part ${part}`)
  }
})

test('@sd-jwt/sd-jwt-vc reads the suspension from our status list', async () => {
  await assert.rejects(reader.verify(made.presentation, { keyBindingNonce: made.nonce }), /[Ss]tatus/)
})
