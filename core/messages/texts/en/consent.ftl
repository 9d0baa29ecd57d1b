### What the holder agrees to. The id ends with the version: a changed text is a new version, never a new wording of an old one.

consent-general-1 =
    To find your work permit and to confirm that it is yours, the authority needs your name as in the passport, your work permit number or social security number, and your passport number with its issuing country.
    It uses them for this registration and for issuing your card, and for nothing else.
    It may send a code to the phone number or e-mail address in its register, and it asks a provider to check your passport. It keeps a record that each check took place, by whom, when and with what result.
    Your card is kept on this phone, encrypted. What you show is up to you each time, and the list of what you showed stays on this phone.
    You can delete the card and all data from this phone at any time, also without a network. You can ask the authority at any time what it keeps about you, have it corrected or deleted as far as the law allows, and withdraw this consent.
    .next = If you say no, nothing about you is sent and the registration ends.
consent-face-data-1 =
    Your face is sensitive personal information, so you are asked for it on its own.
    A provider takes a picture of your face now and compares it with the portrait in the register, to make sure that it is you who asks for the card and not somebody who has your passport.
    The picture goes to the provider only. It does not go through this app, it is not kept on this phone, and the authority learns only the result.
    The provider deletes the picture when the check is over, unless the law says otherwise.
    .next = You may say no. Then no picture is taken, and this registration cannot be finished here; ask the authority at a service window for a way that needs no face check.
consent-face-data-2 =
    Your face is sensitive personal information, so you are asked for it on its own.
    A provider takes a picture of your face now and compares it with the portrait in the register, to make sure that it is you who asks for the card and not somebody who has your passport.
    The picture goes to the provider only. It does not go through this app, it is not kept on this phone, and the authority learns only the result.
    The provider deletes the picture when the check is over, unless the law says otherwise.
    You can withdraw this consent at any time. Then the authority deletes what it kept of this check; a card that rests on it ends, and you can register again without your face.
    .next = You may say no, and still get the same card: show the reference of this registration at a service window with your passport, and type the code that you get there.
consent-social-security-1 =
    To open social security services in your card, the authority needs to know that the social security account in its register is yours.
    A bank or a phone company confirms your real name: by a bank card of the mainland, or by a Chinese phone number. Which of the two is up to you.
    The number of the bank card or of the phone goes to that provider only. It does not go through this app, and the authority learns only the result.
    With the services open, this app can ask for your social security records and keep the answers on this phone, encrypted.
    You can withdraw this consent at any time. Then the services close, what was kept of this check is deleted, and your work permit stays on the card.
    .next = If you say no, nothing is sent and your card stays as it is.

## What a withdrawal means for the card.

withdrawal-card-stays = Your card stays as it is. What the authority kept with this consent is deleted.
withdrawal-services-end = Social security services close and what the authority kept with this consent is deleted. Your card stays, for the work permit alone.
withdrawal-card-ends = Your card rests on this consent, so it ends: verifiers refuse it from now on, and what the authority kept with this consent is deleted. Your work permit itself is not touched, and you can register again, also at a service window and without your face.
withdrawal-without-card-card-stays = Your registration stays as it is. What the authority kept with this consent is deleted.
withdrawal-without-card-services-end = Your registration stays, for the work permit alone. What the authority kept with this consent is deleted.
withdrawal-without-card-card-ends = There is no card yet. Your registration rests on this consent, so it ends, and what the authority kept with this consent is deleted. Your work permit or application itself is not touched, and you can register again, also at a service window and without your face.
withdrawal-without-card-unknown = This version of the app does not know what that means for your registration.
    .next = Update the app first.
withdrawal-unknown = This version of the app does not know what that means for your card.
    .next = Update the app first.
withdrawal-nothing = There is nothing to withdraw: this consent was never given, or was withdrawn before.
consent-outdated = This text has changed since you agreed. The next registration asks you anew.
