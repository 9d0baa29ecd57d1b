package org.permitcard

/**
 * Stands between the core and a host's key store. Whatever the host throws, errors of the virtual machine included, becomes
 * a [KeyException]: its text and stack trace, which may carry personal data, never cross. A call that returns nothing and
 * dies of an `Error` would otherwise look like a success.
 */
internal class GuardedDeviceKeys(private val host: DeviceKeys) : DeviceKeys {
    override fun createMany(spec: KeySpec, count: UInt, attestationNonce: ByteArray): List<KeyInfo> =
        guarded { host.createMany(spec, count, attestationNonce) }

    override fun beginSession(prompt: PromptText) = guarded { host.beginSession(prompt) }

    override fun sign(keyId: String, message: ByteArray): ByteArray = guarded { host.sign(keyId, message) }

    override fun signMany(requests: List<SignRequest>): List<ByteArray> = guarded { host.signMany(requests) }

    override fun endSession() = guarded { host.endSession() }

    override fun seal(keyId: String, aad: ByteArray, plaintext: ByteArray): ByteArray = try {
        guarded { host.seal(keyId, aad, plaintext) }
    } finally {
        // The one copy of the vault's key outside of Rust.
        plaintext.fill(0)
    }

    override fun openSealed(keyId: String, aad: ByteArray, ciphertext: ByteArray): ByteArray =
        guarded { host.openSealed(keyId, aad, ciphertext) }

    override fun list(): List<KeyInfo> = guarded { host.list() }

    override fun delete(keyId: String) = guarded { host.delete(keyId) }

    override fun policy(): DevicePolicy = guarded { host.policy() }

    private inline fun <T> guarded(call: () -> T): T = try {
        call()
    } catch (known: KeyException) {
        throw known
    } catch (_: Throwable) {
        throw KeyException.Unexpected()
    }
}
