### What authority and app say about their own talk. People seldom see these.

protocol-request_malformed = The authority cannot read the request.
    .next = Update this app and try again. { -again }
protocol-request_too_large = The request is too large for the authority.
    .next = Update this app and try again. { -again }
protocol-dpop_invalid = The authority does not accept this phone's signature.
    .next = Check the date and time of this phone and try again. { -again }
protocol-dpop_nonce_required = The authority wanted a fresher signature.
    .next = Try again.
protocol-idempotency_key_missing = The request has no number of its own.
    .next = Update this app and try again. { -again }
protocol-idempotency_conflict = The number of this request was used for another one.
    .next = Start the registration again. { -again }
protocol-idempotency_in_flight = The authority is still working on the same request.
    .next = Wait a moment and try again. Nothing is done twice.
protocol-not_found = The authority has nothing at this address.
    .next = Update this app and try again. { -again }
protocol-webhook_refused = The authority did not accept a provider's message: its signature, time or environment is wrong.
    .next = There is nothing to do on the phone. Whoever runs the provider checks its key and its clock.
protocol-update_required = This version of the app is too old for the authority.
    .next = Update this app, then go on where you were. Nothing is lost.
protocol-too_many_requests = Too many requests came from here in a short time.
    .next = Wait a moment and try again.
protocol-internal = The authority has a fault. Nothing was changed.
    .next = Try again later.
