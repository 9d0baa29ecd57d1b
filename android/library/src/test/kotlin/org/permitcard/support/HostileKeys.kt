package org.permitcard.support

import org.permitcard.DeviceKeys
import org.permitcard.KeyInfo
import org.permitcard.KeySpec
import org.permitcard.PromptText
import org.permitcard.SignRequest
import java.util.concurrent.ConcurrentHashMap

/** A good key store in which single methods misbehave: what stands in [instead] runs first, and may throw or never return. */
class HostileKeys(private val good: DeviceKeys) : DeviceKeys by good {
    enum class Method { CREATE_MANY, BEGIN_SESSION, SIGN, SIGN_MANY, END_SESSION, SEAL, OPEN_SEALED, LIST, DELETE }

    val instead = ConcurrentHashMap<Method, () -> Unit>()

    override fun createMany(spec: KeySpec, count: UInt, attestationNonce: ByteArray): List<KeyInfo> =
        after(Method.CREATE_MANY) { good.createMany(spec, count, attestationNonce) }

    override fun beginSession(prompt: PromptText) = after(Method.BEGIN_SESSION) { good.beginSession(prompt) }

    override fun sign(keyId: String, message: ByteArray): ByteArray = after(Method.SIGN) { good.sign(keyId, message) }

    override fun signMany(requests: List<SignRequest>): List<ByteArray> = after(Method.SIGN_MANY) {
        good.signMany(requests)
    }

    override fun endSession() = after(Method.END_SESSION) { good.endSession() }

    override fun seal(keyId: String, aad: ByteArray, plaintext: ByteArray): ByteArray =
        after(Method.SEAL) { good.seal(keyId, aad, plaintext) }

    override fun openSealed(keyId: String, aad: ByteArray, ciphertext: ByteArray): ByteArray =
        after(Method.OPEN_SEALED) { good.openSealed(keyId, aad, ciphertext) }

    override fun list(): List<KeyInfo> = after(Method.LIST) { good.list() }

    override fun delete(keyId: String) = after(Method.DELETE) { good.delete(keyId) }

    private fun <T> after(method: Method, call: () -> T): T {
        instead[method]?.invoke()
        return call()
    }
}
