import Foundation

extension FrameReceiver {
    /// What to verify about a text that the camera read; `nil` while frames of a code that is shown as several are missing.
    ///
    /// Give it every text in turn, of single codes, printed permits and frames. With `answering` the code has to be the
    /// answer to that request of this verifier: it has to name its audience and to carry its nonce.
    public func request(scanned: String, policy: Profile, answering: OpenRequest? = nil) throws -> VerifyRequest? {
        var token: Data?
        if isFrame(text: scanned) {
            token = try take(text: scanned).token
            if token == nil { return nil }
        }
        return VerifyRequest(
            text: token == nil ? scanned : "", policy: policy, aud: answering?.aud,
            nonce: answering.map { .bytes(bytes: $0.nonce) }, token: token)
    }
}
