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
step-in-person-code = Code from a service window
    .next = Go to a service window with your passport and show the reference of this registration. Type the ten characters that you get there. No face check and no Chinese phone number are needed.
step-bank-card = Real name by a bank card
    .next = Follow the provider's steps, with a bank card of the mainland that was opened with your passport. Its number goes to the provider only.
step-sim = Real name by a Chinese phone number
    .next = Follow the provider's steps, with a phone number of the mainland that was registered with your passport. It goes to the provider only.
step-unknown = A step that this version does not know
    .next = Update the app. If another way is open, take that one.
