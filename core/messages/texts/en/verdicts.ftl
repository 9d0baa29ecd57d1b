### What a verifier reads. Three answers, never one: who issued the card, whether this phone holds it, and whether it still counts.

verdict-line-issuer-good = Issuer: the card was issued by an authority on the trust list.
verdict-line-issuer-unknown = Issuer: it cannot be told now whether the card is genuine.
verdict-line-issuer-bad = Issuer: the card is not genuine, or it is over.
verdict-line-holder-good = Holder: this phone holds the card, and made this code just now.
verdict-line-holder-unknown = Holder: it cannot be told whether this phone holds the card.
verdict-line-holder-bad = Holder: this code was not made just now by the phone that holds the card.
verdict-line-status-good = Status: the card counts.
verdict-line-status-unknown = Status: it cannot be told now whether the card still counts.
verdict-line-status-bad = Status: the card does not count any more.

## Issuer

verdict-issuer_good = The card was issued by an authority on the trust list, and is in its time.
verdict-issuer_unlisted = The card was issued by somebody who is not on your trust list.
    .next = Do not accept it. Update your snapshot if you expect a new issuer.
verdict-issuer_signature_invalid = The issuer's signature is wrong: the card is forged or damaged.
    .next = Do not accept it. { -other-code }
verdict-key_compromised = The issuer's key was stolen, so nothing that it signed counts.
    .next = Do not accept it. The holder gets a card under a new key by connecting to the authority.
verdict-key_usage_wrong = The key that signed the card is not one for cards.
    .next = Do not accept it.
verdict-key_outside_period = The issuer's key was not valid on the day when the card was issued.
    .next = Do not accept it. Update your snapshot and scan again.
verdict-test_refused = This is a test card from a sandbox. It proves nothing about a person.
    .next = Do not accept it as a work permit.
verdict-test_mismatch = The card and the key that signed it disagree on whether it is a test card.
    .next = Do not accept it.
verdict-credential_expired = The card's electronic form is over.
    .next = { -connect-first }
verdict-credential_from_future = The card begins later than now.
    .next = Check the date and time of this device, then scan again.
verdict-disclosure_invalid = What the code shows is not what the issuer signed.
    .next = Do not accept it.
verdict-trust_list_expired = Your trust list is too old to tell.
    .next = { -new-snapshot }

## Holder

verdict-holder_good = This phone holds the card, and made this code just now.
    .next = Compare the person in front of you with the passport or with the portrait: the code does not show who is holding the phone.
verdict-holder_unproven = Because the issuer is not proven, nothing is known about the phone either.
    .next = See what is said about the issuer.
verdict-holder_signature_invalid = The code was not made by the phone that the card was issued to.
    .next = Do not accept it.
verdict-presentation_expired = The code is too old: perhaps a picture of an earlier one.
    .next = { -other-code }
verdict-presentation_from_future = The code says that it was made later than now: the clock of one of the two devices is wrong.
    .next = Check the date and time of both devices, then scan a fresh code.
verdict-presentation_period_invalid = The code claims to be good for longer than a minute, which no code is.
    .next = Do not accept it. { -other-code }
verdict-presentation_outside_credential = The code was made for a time when the card is not valid.
    .next = Do not accept it. { -connect-first }
verdict-audience_wrong = The code was made for another verifier, or for a request that is over.
    .next = Ask the holder to choose who you are, then to show a fresh code.
verdict-nonce_missing = You asked for a number in the code, and there is none.
    .next = Tell the holder your number and scan a fresh code.
verdict-nonce_wrong = The code has another number than the one that you asked for.
    .next = Tell the holder your number again and scan a fresh code.
verdict-seen_before = You have scanned this very code before.
    .next = { -other-code }
verdict-document_only = This is a printed document. It proves nothing about who shows it: paper can be copied.
    .next = Compare the person with the passport or the portrait. Where the holder has to be proven, ask for a live code.

## Status

verdict-status_valid = The card counts.
verdict-status_revoked = This copy of the card was revoked: the card has ended, or a newer version has taken its place.
    .next = Do not accept it. The holder can let the app connect, which gets the newer version, and show a fresh code. If there is none, the card has ended.
verdict-status_suspended = The card is suspended for now.
    .next = Do not accept it now. The holder can ask the authority why and for how long.
verdict-status_employer_change_pending = The card counts, but a change of employer is being decided: what it says about the employer may be over.
    .next = Ask the holder or the authority about the new employer before you rely on the one that is named.
verdict-status_other = The status has a value that this app does not know.
    .next = Update this app and the snapshot, then scan again.
verdict-status_outside = The authority's status list knows no such card.
    .next = Do not accept it. Update your snapshot and scan again.
verdict-status_unknown = Your snapshot says nothing about this card, or is too old.
    .next = { -new-snapshot }
verdict-status_unproven = Because the issuer is not proven, the status belongs to nothing.
    .next = See what is said about the issuer.

## Beside the three

verdict-beacon_age = The code carries a sign of the day that your snapshot knows: it was made after that was published.
verdict-beacon_unknown = The code carries a sign of the day that your snapshot does not know.
    .next = Fetch a new snapshot with a network. This changes none of the three answers.
verdict-trust_list_stale = Your trust list is older than is enough for this purpose.
    .next = { -new-snapshot }
verdict-status_list_stale = Your status list is older than is enough for this purpose.
    .next = { -new-snapshot }
verdict-nonce_not_asked = For this purpose the code must carry a number of yours, and you gave none.
    .next = Think of six digits, tell them to the holder, and scan a fresh code with them.
verdict-beacon_missing = The code carries no sign of the day, so that it may have been prepared long ago.
    .next = { -connect-first }
verdict-beacon_stale = The sign of the day in the code is older than is enough for this purpose.
    .next = { -connect-first }
verdict-group_missing = The code does not show everything that you need.
    .next = Ask the holder to choose who you are, then to show a fresh code.

## A text that is no code of a card

verdict-text_too_long = This is too long to be the code of a permit card.
    .next = Scan the code on the holder's screen.
verdict-text_foreign = This is no code of a permit card.
    .next = Scan the code on the holder's screen.
verdict-text_damaged = The code was not read whole.
    .next = Hold still, with more light or less reflection, and scan again.
verdict-presentation_malformed = The code looks like one of a permit card, but cannot be read.
    .next = { -other-code } If it stays so, update this app.
