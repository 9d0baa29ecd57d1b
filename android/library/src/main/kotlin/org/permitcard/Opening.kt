package org.permitcard

import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.withContext

/** Opens a wallet with a key store that may throw anything. See [Wallet.open]. */
suspend fun openWallet(options: OpenOptions, keys: DeviceKeys, clock: Clock = SystemClock): Wallet =
    Wallet.open(options, GuardedDeviceKeys(keys), GuardedClock(clock))

/** Opens a verifier with a key store that may throw anything. See [Verifier.open]. */
suspend fun openVerifier(options: OpenOptions, keys: DeviceKeys, clock: Clock = SystemClock): Verifier =
    Verifier.open(options, GuardedDeviceKeys(keys), GuardedClock(clock))

/** Erases a wallet that cannot be opened. See [eraseUnopenedWallet]. */
suspend fun eraseWallet(dir: String, keys: DeviceKeys) = eraseUnopenedWallet(dir, GuardedDeviceKeys(keys))

/**
 * Runs [block] and closes the wallet in any case, after what is under way has ended. `use {}` would close it without
 * waiting.
 */
suspend fun <R> Wallet.useAndWait(block: suspend (Wallet) -> R): R = try {
    block(this)
} finally {
    withContext(NonCancellable) { closeAndWait() }
    close()
}

/** As [Wallet.useAndWait]. */
suspend fun <R> Verifier.useAndWait(block: suspend (Verifier) -> R): R = try {
    block(this)
} finally {
    withContext(NonCancellable) { closeAndWait() }
    close()
}
