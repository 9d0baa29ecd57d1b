package org.permitcard.support

import org.permitcard.CardView
import org.permitcard.ConsentDecision
import org.permitcard.Field
import org.permitcard.IdentityInput
import org.permitcard.InteractionType
import org.permitcard.PromptText
import org.permitcard.RegistrationView
import org.permitcard.StepAnswer
import org.permitcard.StepView
import org.permitcard.Wallet

val PROMPT = PromptText("Permit Card", "To use the keys of your card")

/** Every step that takes an answer now. */
val StepView.ways get() = listOf(required) + allowed

/** The step that comes next for a person: whoever has no contact in the register goes on without a code. */
fun StepView.nextFor(person: Person): InteractionType =
    if (required == InteractionType.ONE_TIME_CODE && !person.hasContact) InteractionType.DOCUMENT_CHECK else required

/** What a person answers to a step. */
fun Sandbox.answerTo(
    step: StepView,
    person: Person,
    identity: IdentityInput = person.byPermitNumber(),
    kind: InteractionType = step.nextFor(person),
): StepAnswer {
    fun receipt() = check(step.launches.single { it.interactionType == kind }.token)
    return when (kind) {
        InteractionType.CONSENT -> step.consentAnswer(given = true)
        InteractionType.IDENTITY_CLAIM -> StepAnswer.Identity(identity)
        InteractionType.ONE_TIME_CODE -> StepAnswer.OneTimeCode(code(person))
        InteractionType.DOCUMENT_CHECK -> StepAnswer.DocumentCheck(receipt())
        InteractionType.FACE_CHECK -> StepAnswer.FaceCheck(receipt())
        InteractionType.IN_PERSON_CODE -> StepAnswer.InPersonCode(windowCode(person, step.sessionReference!!))
        InteractionType.BANK_CARD -> StepAnswer.BankCard(receipt())
        InteractionType.SIM -> StepAnswer.Sim(receipt())
        InteractionType.UNKNOWN -> error("a step of a newer authority")
    }
}

fun StepView.consentAnswer(given: Boolean) =
    StepAnswer.Consent(consents.map { ConsentDecision(it.kind, it.version, it.scope, given) })

/** Answers steps until one is open for the first time. */
suspend fun Wallet.walkTo(kind: InteractionType, sandbox: Sandbox, person: Person): StepView {
    var step = (startRegistration() as RegistrationView.Step).step
    while (kind !in step.ways) step = (answer(sandbox.answerTo(step, person)) as RegistrationView.Step).step
    return step
}

/** Goes through every step. Gives the kinds of step in the order in which they were answered. */
suspend fun Wallet.registerAs(
    sandbox: Sandbox,
    person: Person,
    identity: IdentityInput = person.byPermitNumber(),
): List<InteractionType> = finish(startRegistration(), sandbox, person, identity)

/** Answers every step from here on. */
suspend fun Wallet.finish(
    from: RegistrationView,
    sandbox: Sandbox,
    person: Person,
    identity: IdentityInput = person.byPermitNumber(),
): List<InteractionType> {
    val answered = mutableListOf<InteractionType>()
    var view = from
    while (view is RegistrationView.Step) {
        check(answered.isEmpty() || view.step.failure == null) { "step refused: ${view.step.failure}" }
        answered += view.step.nextFor(person)
        view = answer(sandbox.answerTo(view.step, person, identity))
    }
    check(view is RegistrationView.ReadyToFetch) { "registration ended as $view" }
    return answered
}

/** Registers and fetches the card. */
suspend fun Wallet.cardFor(sandbox: Sandbox, person: Person): CardView {
    registerAs(sandbox, person)
    return fetchCard(PROMPT)
}

/** The value of a field. */
fun CardView.value(field: Field) = fields.single { it.field == field }.value
