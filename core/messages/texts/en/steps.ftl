### The steps of a registration: what each is called, and what to do in it.

step-consent = Your consent
    .next = Read what your data is used for, then agree or refuse.
step-identity-claim = Your name and numbers
    .next = Type your name as it stands in the passport, your work permit number or your social security number, and your passport number.
step-one-time-code = Code to your phone or e-mail
    .next = Type the code that was sent to the contact in the register. If you cannot receive it there, ask your employer or the authority which contact is registered.
step-document-check = Passport check
    .next = Follow the provider's steps. Have your passport at hand, in good light and without reflections.
step-face-check = Face recognition
    .next = Follow the provider's steps. Take off glasses and hat, and look straight at the camera in even light.
step-unknown = A step that this version does not know
    .next = Update the app. If another way is open, take that one.
