// Verifies one SD-JWT VC with key binding and ends: for measuring the whole process.

import { artefacts } from './support.mjs'
import { reader } from './sd-jwt-reader.mjs'

const { presentation, nonce } = artefacts.sd_jwt
await reader.verify(presentation, { keyBindingNonce: nonce, disableStatusVerification: true })
