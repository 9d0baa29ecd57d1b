package org.permitcard

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.AfterAll
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.TestInstance
import org.permitcard.support.Home
import org.permitcard.support.Sandbox

/** One authority for the class, one phone for each test. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class BoundaryTest {
    protected val sandbox = Sandbox()
    private val homes = mutableListOf<Home>()

    protected fun home() = Home().also(homes::add)

    /** Runs a test's coroutines on several threads. */
    protected fun boundary(block: suspend CoroutineScope.() -> Unit) = runBlocking(Dispatchers.Default, block)

    @AfterEach
    fun removeHomes() {
        homes.forEach(Home::close)
        homes.clear()
    }

    @AfterAll
    fun stopSandbox() {
        sandbox.close()
    }
}
