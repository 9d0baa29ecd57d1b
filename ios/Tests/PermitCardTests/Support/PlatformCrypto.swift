import Foundation

// What a phone's key store does, with the platform's own cryptography: P-256 with signatures in DER, and AES-GCM.
#if canImport(CryptoKit)
import CryptoKit

enum PlatformCrypto {
    struct Failed: Error {}

    /// A new P-256 key: the secret in a form for `sign`, and the uncompressed point.
    static func generate() throws -> (secret: Data, point: Data) {
        let key = P256.Signing.PrivateKey()
        return (key.rawRepresentation, key.publicKey.x963Representation)
    }

    static func sign(secret: Data, message: Data) throws -> Data {
        try P256.Signing.PrivateKey(rawRepresentation: secret).signature(for: message).derRepresentation
    }

    static func seal(secret: Data, aad: Data, plaintext: Data) throws -> Data {
        let key = SymmetricKey(data: secret)
        guard let sealed = try AES.GCM.seal(plaintext, using: key, authenticating: aad).combined else { throw Failed() }
        return sealed
    }

    static func open(secret: Data, aad: Data, sealed: Data) throws -> Data {
        try AES.GCM.open(AES.GCM.SealedBox(combined: sealed), using: SymmetricKey(data: secret), authenticating: aad)
    }
}
#else
import CLibcrypto

enum PlatformCrypto {
    struct Failed: Error {}

    private static let nonceLength = 12
    private static let tagLength = 16

    /// A new P-256 key: the secret in a form for `sign`, and the uncompressed point.
    static func generate() throws -> (secret: Data, point: Data) {
        guard let key = p256_generate() else { throw Failed() }
        defer { EVP_PKEY_free(key) }
        var der: UnsafeMutablePointer<UInt8>?
        let length = i2d_PrivateKey(key, &der)
        guard length > 0, let der else { throw Failed() }
        defer { CRYPTO_free(der, #file, #line) }
        var point = [UInt8](repeating: 0, count: 65)
        var pointLength = 0
        guard EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, &point, point.count, &pointLength) == 1,
            pointLength == point.count, point[0] == 4
        else { throw Failed() }
        return (Data(bytes: der, count: Int(length)), Data(point))
    }

    static func sign(secret: Data, message: Data) throws -> Data {
        let secret = [UInt8](secret)
        let message = [UInt8](message)
        let key = secret.withUnsafeBufferPointer { bytes in
            var next = bytes.baseAddress
            return d2i_AutoPrivateKey(nil, &next, bytes.count)
        }
        defer { EVP_PKEY_free(key) }
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        var length = 128
        var signature = [UInt8](repeating: 0, count: length)
        guard EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key) == 1,
            EVP_DigestSign(context, &signature, &length, message, message.count) == 1
        else { throw Failed() }
        return Data(signature.prefix(length))
    }

    static func seal(secret: Data, aad: Data, plaintext: Data) throws -> Data {
        var random = SystemRandomNumberGenerator()
        let nonce = (0..<nonceLength).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        let (ciphertext, tag) = try gcm(encrypt: true, secret, nonce, aad, [UInt8](plaintext), tag: nil)
        return Data(nonce + ciphertext + tag)
    }

    static func open(secret: Data, aad: Data, sealed: Data) throws -> Data {
        let sealed = [UInt8](sealed)
        guard sealed.count >= nonceLength + tagLength else { throw Failed() }
        let body = Array(sealed[nonceLength..<sealed.count - tagLength])
        let (plaintext, _) = try gcm(
            encrypt: false, secret, Array(sealed.prefix(nonceLength)), aad, body, tag: Array(sealed.suffix(tagLength)))
        return Data(plaintext)
    }

    private static func gcm(
        encrypt: Bool, _ secret: Data, _ nonce: [UInt8], _ aad: Data, _ input: [UInt8], tag: [UInt8]?
    ) throws -> (output: [UInt8], tag: [UInt8]) {
        let context = EVP_CIPHER_CTX_new()
        defer { EVP_CIPHER_CTX_free(context) }
        let (key, aad) = ([UInt8](secret), [UInt8](aad))
        var tag = tag ?? [UInt8](repeating: 0, count: tagLength)
        var output = [UInt8](repeating: 0, count: input.count)
        var length: Int32 = 0
        guard EVP_CipherInit_ex2(context, EVP_aes_256_gcm(), key, nonce, encrypt ? 1 : 0, nil) == 1,
            EVP_CipherUpdate(context, nil, &length, aad, Int32(aad.count)) == 1,
            EVP_CipherUpdate(context, &output, &length, input, Int32(input.count)) == 1,
            encrypt || EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tagLength), &tag) == 1,
            EVP_CipherFinal_ex(context, nil, &length) == 1,
            !encrypt || EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(tagLength), &tag) == 1
        else { throw Failed() }
        return (output, tag)
    }
}
#endif
