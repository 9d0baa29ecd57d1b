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
