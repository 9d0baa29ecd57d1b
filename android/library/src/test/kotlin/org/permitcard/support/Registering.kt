package org.permitcard.support

import org.permitcard.CardView
import org.permitcard.ConsentDecision
import org.permitcard.IdentityInput
import org.permitcard.InteractionType
import org.permitcard.PromptText
import org.permitcard.RegistrationView
import org.permitcard.StepAnswer
import org.permitcard.StepView
import org.permitcard.Wallet

val PROMPT = PromptText("Permit Card", "To use the keys of your card")

/** What a person answers to a step. */
fun Sandbox.answerTo(step: StepView, person: Person, identity: IdentityInput): StepAnswer = when (step.required) {
    InteractionType.CONSENT ->
        StepAnswer.Consent(step.consents.map { ConsentDecision(it.kind, it.version, it.scope, given = true) })

    InteractionType.IDENTITY_CLAIM -> StepAnswer.Identity(identity)

    InteractionType.ONE_TIME_CODE -> StepAnswer.OneTimeCode(code(person))

    InteractionType.DOCUMENT_CHECK -> StepAnswer.DocumentCheck(check(checkNotNull(step.launch).token))

    InteractionType.UNKNOWN -> error("a step of a newer authority")

    InteractionType.FACE_CHECK -> StepAnswer.FaceCheck(check(checkNotNull(step.launch).token))
}

/** Goes through every step. Gives the kinds of step in the order in which they were asked. */
suspend fun Wallet.registerAs(
    sandbox: Sandbox,
    person: Person,
    identity: IdentityInput = person.byPermitNumber(),
): List<InteractionType> {
    val asked = mutableListOf<InteractionType>()
    var view = startRegistration()
    while (view is RegistrationView.Step) {
        check(view.step.failed == null) { "step refused: ${view.step.failed}" }
        asked += view.step.required
        view = answer(sandbox.answerTo(view.step, person, identity))
    }
    check(view is RegistrationView.ReadyToFetch) { "registration ended as $view" }
    return asked
}

/** Registers and fetches the card. */
suspend fun Wallet.cardFor(sandbox: Sandbox, person: Person): CardView {
    registerAs(sandbox, person)
    return fetchCard(PROMPT)
}
