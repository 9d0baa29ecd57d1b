import PermitCard

let prompt = PromptText(title: "Permit Card", reason: "To use the keys of your card")

/// The registration did not go as it should.
struct RegistrationFailed: Error {
    let view: RegistrationView?
}

extension StepView {
    /// Every step that takes an answer now.
    var ways: [InteractionType] { [required] + allowed }

    /// The step that comes next for a person: whoever has no contact in the register goes on without a code.
    func next(for person: Person) -> InteractionType {
        required == .oneTimeCode && person.contact == nil ? .documentCheck : required
    }

    func consentAnswer(given: Bool) -> StepAnswer {
        .consent(
            decisions: consents.map {
                ConsentDecision(kind: $0.kind, version: $0.version, scope: $0.scope, given: given)
            })
    }
}

extension RegistrationView {
    /// The step that waits for an answer.
    func step() throws -> StepView {
        guard case .step(let step) = self else { throw RegistrationFailed(view: self) }
        return step
    }
}

extension Sandbox {
    /// What a person answers to a step.
    func answer(
        to step: StepView, _ person: Person, as identity: IdentityInput? = nil, kind: InteractionType? = nil
    ) async throws -> StepAnswer {
        let kind = kind ?? step.next(for: person)
        func receipt() throws -> String {
            try check(step.launches.first { $0.interactionType == kind }?.token ?? "")
        }
        switch kind {
        case .consent: return step.consentAnswer(given: true)
        case .identityClaim: return .identity(identity: identity ?? person.byPermitNumber())
        case .oneTimeCode: return .oneTimeCode(code: try await code(person))
        case .documentCheck: return .documentCheck(receipt: try receipt())
        case .faceCheck: return .faceCheck(receipt: try receipt())
        case .inPersonCode: return .inPersonCode(code: try windowCode(person, step.sessionReference ?? ""))
        case .bankCard: return .bankCard(receipt: try receipt())
        case .sim: return .sim(receipt: try receipt())
        case .unknown: throw RegistrationFailed(view: .step(step: step))
        }
    }
}

extension Wallet {
    /// Answers steps until one is open for the first time.
    func walk(to kind: InteractionType, _ sandbox: Sandbox, _ person: Person) async throws -> StepView {
        var step = try await startRegistration().step()
        while !step.ways.contains(kind) {
            step = try await answer(answer: sandbox.answer(to: step, person)).step()
        }
        return step
    }

    /// Goes through every step. Gives the kinds of step in the order in which they were answered.
    @discardableResult
    func register(_ sandbox: Sandbox, _ person: Person, as identity: IdentityInput? = nil) async throws
        -> [InteractionType]
    {
        try await finish(from: startRegistration(), sandbox, person, as: identity)
    }

    /// Answers every step from here on.
    @discardableResult
    func finish(
        from: RegistrationView, _ sandbox: Sandbox, _ person: Person, as identity: IdentityInput? = nil
    ) async throws -> [InteractionType] {
        var answered: [InteractionType] = []
        var view = from
        while case .step(let step) = view {
            guard answered.isEmpty || step.failure == nil else { throw RegistrationFailed(view: view) }
            answered.append(step.next(for: person))
            view = try await answer(answer: sandbox.answer(to: step, person, as: identity))
        }
        guard view == .readyToFetch else { throw RegistrationFailed(view: view) }
        return answered
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
