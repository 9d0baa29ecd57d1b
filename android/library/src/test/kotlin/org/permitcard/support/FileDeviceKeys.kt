package org.permitcard.support

import org.permitcard.DeviceKeys
import org.permitcard.DevicePolicy
import org.permitcard.KeyException
import org.permitcard.KeyInfo
import org.permitcard.KeyLevel
import org.permitcard.KeyPurpose
import org.permitcard.KeySpec
import org.permitcard.PromptText
import org.permitcard.SignRequest
import java.io.File
import java.math.BigInteger
import java.security.GeneralSecurityException
import java.security.KeyFactory
import java.security.KeyPairGenerator
import java.security.PrivateKey
import java.security.SecureRandom
import java.security.Signature
import java.security.interfaces.ECPublicKey
import java.security.spec.ECGenParameterSpec
import java.security.spec.PKCS8EncodedKeySpec
import java.util.Properties
import java.util.UUID
import javax.crypto.Cipher
import javax.crypto.spec.GCMParameterSpec
import javax.crypto.spec.SecretKeySpec
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource

/**
 * A key store in plain files, for tests: what a phone's hardware does, with the platform's P-256 and AES-GCM. Presentation
 * keys sign only within a session.
 */
class FileDeviceKeys(private val dir: File) : DeviceKeys {
    private var session: TimeSource.Monotonic.ValueTimeMark? = null

    init {
        dir.mkdirs()
    }

    override fun createMany(spec: KeySpec, count: UInt, attestationNonce: ByteArray): List<KeyInfo> =
        List(count.toInt()) { create(spec.purpose) }

    private fun create(purpose: KeyPurpose): KeyInfo {
        val id = UUID.randomUUID().toString()
        val record = Properties()
        record["purpose"] = purpose.name
        if (purpose == KeyPurpose.WRAPPING) {
            record["secret"] = hex(ByteArray(32).also(random::nextBytes))
        } else {
            val pair = KeyPairGenerator.getInstance("EC").apply {
                initialize(ECGenParameterSpec("secp256r1"))
            }.generateKeyPair()
            record["secret"] = hex(pair.private.encoded)
            record["public"] = hex(point(pair.public as ECPublicKey))
        }
        file(id).outputStream().use { record.store(it, null) }
        return info(id)
    }

    @Synchronized
    override fun beginSession(prompt: PromptText) {
        session = TimeSource.Monotonic.markNow() + 180.seconds
    }

    @Synchronized
    override fun endSession() {
        session = null
    }

    @Synchronized
    private fun inSession() = session?.hasNotPassedNow() ?: false

    override fun sign(keyId: String, message: ByteArray): ByteArray {
        val key = read(keyId)
        if (purpose(key) == KeyPurpose.PRESENTATION && !inSession()) throw KeyException.NeedsUser()
        return Signature
            .getInstance("SHA256withECDSA")
            .apply {
                initSign(privateKey(key))
                update(message)
            }.sign()
    }

    override fun signMany(requests: List<SignRequest>): List<ByteArray> = requests.map { sign(it.keyId, it.message) }

    override fun seal(keyId: String, aad: ByteArray, plaintext: ByteArray): ByteArray {
        val nonce = ByteArray(12).also(random::nextBytes)
        return nonce + gcm(Cipher.ENCRYPT_MODE, keyId, nonce, aad, plaintext)
    }

    override fun openSealed(keyId: String, aad: ByteArray, ciphertext: ByteArray): ByteArray = try {
        gcm(Cipher.DECRYPT_MODE, keyId, ciphertext.copyOf(12), aad, ciphertext.copyOfRange(12, ciphertext.size))
    } catch (_: GeneralSecurityException) {
        throw KeyException.Invalidated()
    }

    private fun gcm(mode: Int, keyId: String, nonce: ByteArray, aad: ByteArray, input: ByteArray): ByteArray {
        val key = SecretKeySpec(bytes(read(keyId), "secret"), "AES")
        return Cipher
            .getInstance("AES/GCM/NoPadding")
            .apply {
                init(mode, key, GCMParameterSpec(128, nonce))
                updateAAD(aad)
            }.doFinal(input)
    }

    override fun list(): List<KeyInfo> = dir.list().orEmpty().sorted().map { info(it.removeSuffix(SUFFIX)) }

    override fun delete(keyId: String) {
        file(keyId).delete()
    }

    override fun policy() = DevicePolicy(screenLock = true, level = KeyLevel.FILE)

    private fun info(id: String): KeyInfo {
        val record = read(id)
        return KeyInfo(id, purpose(record), bytes(record, "public"), KeyLevel.FILE, emptyList())
    }

    private fun read(id: String): Properties {
        val file = file(id)
        if (!file.isFile) throw KeyException.NotFound()
        return Properties().apply { file.inputStream().use(::load) }
    }

    private fun file(id: String) = dir.resolve(id + SUFFIX)

    private companion object {
        const val SUFFIX = ".key"
        val random = SecureRandom()

        fun purpose(record: Properties) = KeyPurpose.valueOf(record.getProperty("purpose"))

        fun privateKey(record: Properties): PrivateKey =
            KeyFactory.getInstance("EC").generatePrivate(PKCS8EncodedKeySpec(bytes(record, "secret")))

        fun bytes(record: Properties, name: String) = record.getProperty(name, "").hexToByteArray()

        fun hex(bytes: ByteArray) = bytes.toHexString()

        /** `04 || x || y`. */
        fun point(key: ECPublicKey) = byteArrayOf(4) + coordinate(key.w.affineX) + coordinate(key.w.affineY)

        /** 32 bytes, big-endian. */
        fun coordinate(number: BigInteger): ByteArray {
            val bytes = number.toByteArray().dropWhile { it == 0.toByte() }
            return ByteArray(32 - bytes.size) + bytes
        }
    }
}
