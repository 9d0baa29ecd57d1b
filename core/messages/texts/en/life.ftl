### The life of a card: what changed from one version to the next, and how a card ends. $before and $after are the values.

change-category = Your permit's category is now { $after }; before, it was { $before }.
change-valid_until = Your permit is now valid until { $after }; before, it was valid until { $before }.
    .next = If your residence permit ends earlier, apply for its extension at the exit-entry office, at least 30 days before it ends.
change-restrictions = What your permit allows has changed.
    .next = Ask your employer or the authority which restrictions apply.
change-name = Your name is now written { $after }; before, it was { $before }.
    .next = If this is not how your passport writes it, ask your employer to have it corrected.
change-nationality = Your nationality is now { $after }; before, it was { $before }.
    .next = If this is not right, ask your employer to have it corrected.
change-portrait = Your card has another portrait.
change-employer = Your employer is now { $after }; before, it was { $before }.
    .next = Change your residence permit at the exit-entry office within 10 days.
change-employer_id = Your employer's credit code is now { $after }; before, it was { $before }.
change-occupation = Your occupation is now { $after }; before, it was { $before }.
    .next = Work outside of what the permit says is not allowed. If this is not what you do, ask your employer to have it corrected.
change-place = Your place of work is now { $after }; before, it was { $before }.
change-social_security_number = Your social security number is now { $after }; before, it was { $before }.
    .next = Keep the old number too: some offices still have your records under it.
change-insurance_record = Your insurance record is now { $after }; before, it was { $before }.
change-birth_day = Your date of birth is now { $after }; before, it was { $before }.
    .next = If this is not right, ask your employer to have it corrected.
change-passport = Your passport number is now { $after }; before, it was { $before }.
    .next = Change your residence permit at the exit-entry office within 10 days, then tell your bank and your phone company. Keep the old passport: some offices still have its number.
change-permit_number = Your work permit number is now { $after }; before, it was { $before }.
    .next = Keep the old number too: some offices still have it.
change-phone = Your phone number is now { $after }; before, it was { $before }.
change-tier = Your card now covers: { $after }. Before: { $before }.
change-added = New on the card: { $field }, { $after }.
change-removed = No longer on the card: { $field }. It was { $before }.

## How a card ends. It stays here to be looked at, and is not shown to anybody.

card-end-permit-expired = Your work permit has expired, so this card has ended. A permit that expires is cancelled by itself, and no certificate of that is given.
    .next = Ask your employer at once whether a new permit was applied for, and the exit-entry office how long you may stay. With a new permit, erase this card and register again.
card-end-permit-cancelled = Your work permit was cancelled, so this card has ended.
    .next = Ask your employer for the cancellation certificate, which your next employer needs. A new employer can apply for you within 30 days while your residence permit or stay visa is valid. With a new permit, erase this card and register again.
card-end-device-replaced = Another phone took over your card, so the copy on this phone has ended.
    .next = If that was you, go on with the other phone and erase the card here. If it was not you, tell the authority at once.
card-end-consent-withdrawn = You withdrew the consent that this card rested on, so it has ended. Your work permit itself is not touched.
    .next = To have a card again, erase this one and register anew.
card-end-revoked = The authority ended this card.
    .next = Connect to the authority again to learn why. If you have a permit, erase this card and register again.
