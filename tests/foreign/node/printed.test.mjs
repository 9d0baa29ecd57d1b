// The printed permit, as PixelPass reads it. It decodes and verifies nothing.

import assert from 'node:assert/strict'
import { test } from 'node:test'

import pixelpass from '@mosip/pixelpass'

import { artefacts } from './support.mjs'

test('pixelpass decodes the COSE_Sign1 of both printed permits', () => {
  for (const text of artefacts.printed) {
    const { tag, value } = JSON.parse(pixelpass.decode(text))
    assert.equal(tag, 18)
    assert.equal(value.length, 4)
    assert.equal(Buffer.from(value[3].data ?? Object.values(value[3])).length, 64)
  }
})

test('pixelpass finds name, birth date and nationality in claim 169', () => {
  for (const text of artefacts.printed) {
    const payload = JSON.parse(pixelpass.decode(text)).value[2]
    const claims = pixelpass.decodeMappedData(Buffer.from(payload.data ?? Object.values(payload)), { 169: 'claim169' })
    const named = pixelpass.decodeMappedData(claims.claim169, { 4: 'fullName', 8: 'dateOfBirth', 13: 'nationality' })
    assert.equal(named.fullName, 'TEST GARCIA LOPEZ<<MARIA')
    assert.equal(named.dateOfBirth, '19900517')
    assert.equal(named.nationality, 'ESP')
  }
})

test('pixelpass refuses a changed character', () => {
  const text = artefacts.printed[0]
  const at = text.length / 2 | 0
  const changed = text.slice(0, at) + (text[at] === '7' ? '8' : '7') + text.slice(at + 1)
  assert.throws(() => pixelpass.decode(changed))
})
