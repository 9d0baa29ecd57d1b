### The holder's own calls, and the checks of what the authority sent.

wallet-not_registered = There is no card on this phone yet.
    .next = Start the registration.
wallet-cancelled = Cancelled. Nothing was changed.
    .next = Start again whenever you like.
wallet-closed = The card was closed or erased.
    .next = Open the app again.
wallet-internal = The app has a fault. Nothing was changed.
    .next = Try again. { -again }
wallet-registration_running = A registration is already going on.
    .next = Go on with it, or cancel it first.
wallet-no_registration = No registration is going on.
    .next = Start the registration.
wallet-already_registered = There is a card on this phone already.
    .next = To register again, erase the card from this phone first.
wallet-already_tier_two = Your card has the social security services already.
    .next = Nothing has to be done. Look at the list of services.
wallet-step_mismatch = This answer belongs to another step.
    .next = Go on with the step that is shown.
wallet-not_ready_to_fetch = The registration is not finished yet.
    .next = Go on with the step that is shown.
wallet-no_show_session = No code is being shown.
    .next = Choose again to whom you show the card.
wallet-show_session_over = The code is not shown any longer: ten minutes have passed, or the card has changed.
    .next = Choose again to whom you show the card.
wallet-card_revoked = Your card has ended, so it is not shown to anybody any more.
    .next = Look at the card: it says why, and what to do next.
wallet-card_expired = Your card is over on this phone.
    .next = Connect to the authority to renew it. If the permit itself has ended, ask your employer.
wallet-card_superseded = There is a newer version of your card.
    .next = Connect to the authority to fetch it, then show the card.
wallet-export_missing = Your card is not here in this form.
    .next = Connect to the authority to fetch it, then try again. Not every authority gives every form.
wallet-time_unknown = The phone does not know what time it is.
    .next = Set date and time in the phone's settings, or connect to the authority.

input-export_invalid = Without a verifier's name and nonce, or the transcript of a session, nothing can be signed for it.
    .next = Give name and nonce, at most 255 bytes each, or the file with the session transcript that the reader uses.
input-one_time_code_invalid = This cannot be a code: codes have six to ten digits.
    .next = Type the digits of the newest message.
input-receipt_invalid = The provider's receipt cannot be read.
    .next = Do the check again. { -again }
input-in_person_code_invalid = This cannot be the code of a service window: it has ten letters and digits.
    .next = Type the ten characters as they stand on the slip; hyphens, spaces and small letters do not matter.
input-consents_mismatch = These are not the consents that the authority asks for.
    .next = Read what is shown now and answer again.
input-nonce_invalid = This cannot be a verifier's number.
    .next = Type the six digits that the verifier shows.
input-request_invalid = This is no request of a verifier.
    .next = Scan the code on the verifier's screen.
input-request_unsupported = The verifier asks for something that this version does not know.
    .next = Update the app, or show a code for this kind of verifier instead.
input-portrait_not_allowed = This kind of verifier is not shown the portrait.
    .next = Show the code without it. Hospitals, the police and service windows may ask for it.

## Checks of what the authority sent. Nothing of it was kept.

check-trust_list_invalid = The authority's trust list is not signed by the root that this app trusts, or is too old.
    .next = Try again. If it stays so, get a new client file from the people who run the authority.
check-older_version = The authority sent something older than what this phone has.
    .next = Try again later. Your card on this phone stays as it is.
check-unreadable = The card that the authority sent cannot be read.
    .next = Update this app and try again. { -again }
check-issuer_unknown = The card is signed with a key that is not on the trust list.
    .next = Try again. { -again }
check-signature_invalid = The signature on the card is wrong.
    .next = Try again on another network. { -again }
check-key_mismatch = The card belongs to another phone's key.
    .next = Try again. { -again }
check-disclosure_mismatch = The parts of the card do not fit together.
    .next = Try again. { -again }
check-portrait_mismatch = The portrait is not the one that the card names.
    .next = Try again. { -again }
check-content_mismatch = The parts of the card say different things.
    .next = Try again later. { -again }
check-test_mismatch = This is a test card and the app is not a test app, or the other way round.
    .next = Check which authority the client file belongs to.
check-validity_invalid = The card is not valid yet, is over, or is valid for too long.
    .next = Check the date and time of this phone and try again.
check-count_mismatch = The authority sent another number of cards than was asked for.
    .next = Try again. { -again }

## Why a service is closed.

service-card_missing = There is no card on this phone yet.
    .next = Start the registration.
service-application_pending = Your application is still being decided, so there is no card yet.
    .next = Nothing has to be done now. With the card come the services of your work permit.
service-needs_tier_two = Your card carries your work permit only. What belongs to the social security account needs a physical social security card and one more check of your real name.
    .next = Apply for the physical card at a bank or service window of your city. When you have it, confirm your real name with a mainland bank card or a Chinese phone number.
service-card_suspended = Your card is suspended, so its services are closed for now.
    .next = Ask your employer or the authority why. The services open again when the suspension ends.
service-card_revoked = Your card has ended, so these services are closed.
    .next = Look at the card: it says why, and what to do next.
