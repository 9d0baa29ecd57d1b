import PermitCard

let prompt = PromptText(title: "Permit Card", reason: "To use the keys of your card")

/// The registration did not go as it should.
struct RegistrationFailed: Error {
    let view: RegistrationView
}

extension Sandbox {
    /// What a person answers to a step.
    func answer(to step: StepView, _ person: Person, _ identity: IdentityInput) throws -> StepAnswer {
        switch step.required {
        case .consent:
            return .consent(
                decisions: step.consents.map {
                    ConsentDecision(kind: $0.kind, version: $0.version, scope: $0.scope, given: true)
                })
        case .identityClaim: return .identity(identity: identity)
        case .oneTimeCode: return .oneTimeCode(code: try code(person))
        case .documentCheck: return .documentCheck(receipt: try check(step.launch?.token ?? ""))
        case .unknown: throw RegistrationFailed(view: .step(step: step))
        case .faceCheck: return .faceCheck(receipt: try check(step.launch?.token ?? ""))
        }
    }
}

extension Wallet {
    /// Goes through every step. Gives the kinds of step in the order in which they were asked.
    @discardableResult
    func register(_ sandbox: Sandbox, _ person: Person, as identity: IdentityInput? = nil) async throws
        -> [InteractionType]
    {
        var asked: [InteractionType] = []
        var view = try await startRegistration()
        while case .step(let step) = view {
            guard step.failed == nil else { throw RegistrationFailed(view: view) }
            asked.append(step.required)
            view = try await answer(answer: sandbox.answer(to: step, person, identity ?? person.byPermitNumber()))
        }
        guard view == .readyToFetch else { throw RegistrationFailed(view: view) }
        return asked
    }

    /// Registers and fetches the card.
    func card(_ sandbox: Sandbox, _ person: Person) async throws -> CardView {
        try await register(sandbox, person)
        return try await fetchCard(prompt: prompt)
    }
}

extension CardView {
    /// The value of a field.
    func value(_ field: Field) -> String? {
        fields.first { $0.field == field }?.value
    }
}
