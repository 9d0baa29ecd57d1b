package org.permitcard

/**
 * What to verify about a text that the camera read; null while frames of a code that is shown as several are missing.
 *
 * Give it every text in turn, of single codes, printed permits and frames. With [answering] the code has to be the answer
 * to that request of this verifier: it has to name its audience and to carry its nonce.
 */
fun FrameReceiver.request(scanned: String, policy: Profile, answering: OpenRequest? = null): VerifyRequest? {
    val token = if (isFrame(scanned)) take(scanned).token ?: return null else null
    return VerifyRequest(
        text = if (token == null) scanned else "",
        policy = policy,
        aud = answering?.aud,
        nonce = answering?.let { Nonce.Bytes(it.nonce) },
        token = token,
    )
}
