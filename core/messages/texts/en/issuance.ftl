### Fetching the card.

issuance-grant_invalid = The permission to fetch the card is over or was used already.
    .next = Start the registration again.
issuance-token_invalid = The authority does not accept this phone's access any more.
    .next = Try again. If it stays so, erase the card from this phone and register again.
issuance-nonce_invalid = The request took too long.
    .next = Try again.
issuance-proof_invalid = The authority does not accept the proof of this phone's keys.
    .next = Try again. { -again }
issuance-credential_unknown = The authority does not offer this card to you.
    .next = Update this app. If it stays so, ask the authority.
issuance-permit_ended = Your work permit was cancelled or is over, so there is no card.
    .next = Ask your employer or the authority what the register says.
issuance-notification_unknown = The authority does not know the card that this phone confirmed.
    .next = Connect to the authority again to fetch your card.
