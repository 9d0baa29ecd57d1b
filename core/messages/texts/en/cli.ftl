### The command line. Other programs use none of these.

## Codes of the command line itself.

cli-usage = The command line cannot be read.
    .next = Look at permitcard --help, or --help after the command.
cli-folder_unknown = It is not known where your data folder is.
    .next = Name a folder with --home DIR.
cli-folder_unusable = The folder { $path } cannot be made, read or written.
    .next = Look at its permissions, or name another one with --home DIR, then run the same command again.
cli-client_missing = This folder belongs to no authority yet.
    .next = Name the authority's client.json once: --client FILE. A sandbox writes it into its data directory; see permitcard authority serve.
cli-client_differs = This folder belongs to another authority: the root key differs.
    .next = Use another folder with --home DIR, or erase this one first: permitcard erase.
cli-file_unreadable = The file { $path } cannot be read.
    .next = Look at the name and the permissions.
cli-file_too_large = The file is longer than { $limit } bytes.
    .next = Check that it is the file that you mean.
cli-file_unwritable = The file { $path } cannot be written.
    .next = Look at the folder and its permissions, or name another file, then run the same command again.
cli-snapshot_unreadable = The snapshot file { $path } cannot be read.
    .next = Fetch it again: permitcard snapshot fetch --out FILE.
cli-key_unreadable = The file { $path } holds no key that can be used.
    .next = It may be PEM, JWK or COSE_Key, with a P-256, P-384 or Ed25519 key; a private key must not be encrypted.
cli-picture_unreadable = This is no PNG picture, or it is damaged or too large.
    .next = Save the screenshot or photo as PNG and try again.
cli-picture_without_code = There is no code in the picture that can be made out.
    .next = Take the picture again: closer, sharp, without reflections, with a light edge around the code.
cli-answer_missing = The registration waits for an answer, and there is nobody to ask. Everything so far is stored.
    .next = Run the command again with the same options and { $option }, or in a terminal.
cli-registration_open = There is no card yet: the registration is not finished.
    .next = Go on with permitcard register. To take back what you agreed to so far, use permitcard register --restart: it is forgotten here at once, and by the authority within four days.
cli-step_unknown = The authority asks for a step that this program does not know.
    .next = Update the program, then run the same command again.
cli-provider_unknown = The check is by a provider whose software is not part of this program.
    .next = Go on in an app that has it.
cli-name_differs = The authority holds another name than your passport has. Registration would fail.
    .next = Ask your employer to have the name in the work permit system changed to the name of the passport, then register.
cli-number_unreadable = A number on the command line cannot be read.
    .next = Write the number alone, or its kind before it and its days behind it: passport=NUMBER@2016-05-01..2026-04-30. See permitcard number --help.
cli-not_confirmed = Nobody said yes, so nothing was done.
    .next = Run it in a terminal and say yes, or use --yes.
cli-show_not_confirmed = Nothing was shown.
    .next = Run it in a terminal and say yes, or use --yes.
cli-frames_missing = Some of the codes are missing: { $have } of { $need } were read.
    .next = Scan on. Any { $need } different ones are enough.
cli-portrait_unavailable = There is no portrait that fits on paper.
    .next = Print it without the portrait.
cli-demo_folder_not_empty = The folder { $path } is not empty.
    .next = Name an empty or new folder with --keep DIR.
cli-demo_person_unknown = Nobody of that name is in the register.
    .next = permitcard authority people lists the names, once an authority was started.
cli-demo_failed = The demo did not end as it should.
    .next = Run it again. { -again }
cli-demo_interrupted = The demo was stopped.
    .next = Run it again; it needs nothing from before.
cli-start_failed = The program could not start its own parts.
    .next = Close other programs and try again.

## Phrases

cli-seconds =
    { $count ->
        [one] one second
       *[other] { $count } seconds
    }
cli-minutes =
    { $count ->
        [one] one minute
       *[other] { $count } minutes
    }
cli-hours =
    { $count ->
        [one] one hour
       *[other] { $count } hours
    }
cli-days =
    { $count ->
        [one] one day
       *[other] { $count } days
    }
cli-wait = Wait { $time } before the next try.
cli-just-now = less than a second
cli-nothing = nothing
cli-busy-authority = Talking to the authority
cli-answer-yes-or-no = Please answer yes or no.
cli-picture-written = Picture written: { $path }
cli-file-written = File written: { $path }
cli-prompt-title = Permit Card
cli-prompt-new-keys = To make the keys of your card.
cli-prompt-show = To show your card.
cli-test-sign = Test card: proves nothing about a person

## register

cli-register-intro = Your answers are stored before they are sent. Stop at any moment and run the command again: it goes on where it stopped.
cli-register-resumed = The registration goes on where it stopped.
cli-register-ended = The registration before this one has ended. A new one begins.
cli-register-fetching = Every step is passed. The card comes now.
cli-register-done = Your card is here. permitcard show makes a code of it, without a network.
cli-ask-consent = Do you agree? (yes/no)
cli-consent-given = You agreed, by { $option }.
cli-name-hint = Your name as the passport has it. A person with one name only leaves the other empty.
cli-ask-surname = Surname:
cli-ask-given = Given names:
cli-ask-permit-number = Work permit number (empty if you want to use your social security number):
cli-ask-permit-number-only = Work permit number:
cli-ask-social-security-number = Social security number:
cli-ask-passport = Passport number:
cli-ask-passport-issuer = Country that issued it, three letters as in the passport:
cli-name-as-sent = This is how your name will be sent, and why:
cli-number-as-sent = Number: { $value }
cli-passport-as-sent = Passport: { $value }
cli-issuer-as-sent = Issued by: { $value }
cli-ask-send = Is this right? (yes/no)
cli-code-on-its-way = If the register knows a contact of yours, a code of { $digits } digits went there. It is good for { $minutes } minutes.
cli-ask-code = The code (empty for another one):
cli-kit-ran = The provider's check ran. Its result goes from the provider to the authority, never through this device.
cli-ask-check-again = Do the check again? (yes/no)
cli-or-window = Or go to a service window with your passport and show this reference: { $reference }. You get a code there; no face check and no Chinese phone number are needed.
cli-or-window-again = Or at a service window, with the reference { $reference }.
cli-or-other-way = Type ? to take another way.
cli-window-how = At a service window show your passport and this reference: { $reference }. The reference is good for an hour from the start of the registration, for 72 hours where the window is the only way left; the code that you get there is good for 72 hours. Stop here meanwhile and run the same command again when you have it; --in-person-code CODE takes it along.
cli-ask-window-code = The code from the service window:
cli-ways = These ways are open:
cli-ask-way = Which one? (a number; Enter for the first)
cli-way-unknown = Please type one of the numbers.
cli-other-ways = Also open now:
cli-about-name = If the name is the reason, this is what the authority may hold instead, and what to ask your employer:
cli-about-name-more = permitcard name says how a name is sent and why, and makes a question to forward to your employer.
cli-pending-asked = The authority was last asked on { $asked }, and wants to be asked again from { $again } on. If you were told that it is decided, run permitcard sync: that asks at once, though not more than once a minute.
cli-step-passed = Done
cli-tier-two-intro = This opens social security services for your card. The card stays usable meanwhile, and stays as it is if you stop before the last step has passed. After that the services may be open already.
cli-tier-two-done = It opens the social security services; permitcard services lists them.

## services, consents

cli-services-open = Your card is good for:
cli-services-closed = Closed for now:
cli-services-how = The command for the last step is permitcard register --tier 2.
cli-consents-none = The authority has no consent of yours.
cli-consent-name-general = Registration and the card
cli-consent-name-face-data = Face data
cli-consent-name-social-security = Social security services
cli-consent-agreed = You agreed on { $time }.
cli-consent-refused = You refused on { $time }.
cli-consent-withdrawn = You withdrew it on { $time }.
cli-consent-if-withdrawn = If you withdraw it:
cli-ask-withdraw = Withdraw this consent? (yes/no)
cli-withdrawn = The consent is withdrawn.
cli-records-deleted =
    { $count ->
        [0] The authority had no record of a check to delete.
        [one] The authority deleted one record of a check.
       *[other] The authority deleted { $count } records of checks.
    }

## card, sync

cli-card-title = Permit Card
cli-card-not-official = Not an official document of any state
cli-portrait-small = the small one
cli-card-status-unknown = The authority was never asked whether the card is in force.
cli-card-status-valid = In force when last asked.
cli-card-status-employer-change-pending = In force, and a change of employer is being decided: verifiers with a fresh snapshot are told so.
cli-card-status-suspended = Suspended: verifiers with a fresh snapshot refuse it.
    .next = Ask your employer or the authority why. Run permitcard sync when the suspension is over.
cli-card-status-revoked = Revoked: it is not shown any more.
cli-card-version = Version { $version }, issued by { $issuer } on { $time }
cli-card-credentials =
    { $count ->
        [0] No unused copy is left for verifiers. Sync soon.
        [one] One copy for verifiers is unused; the last one ends on { $time }.
       *[other] { $count } copies for verifiers are unused; the last one ends on { $time }.
    }
cli-card-superseded = The authority has a newer version. Run permitcard sync to get it.
cli-code-caption = Live code for: { $profile }. It lives for one minute.
cli-sync-done = Asked the authority on { $time }.
cli-sync-status = Status: { $status }
cli-sync-same-version = Nothing on the card has changed.
cli-sync-new-version = The card has a new version, { $version }. What changed:
cli-sync-new-version-same = The card has a new version, { $version }, with the same content.
cli-sync-application-decided = The application was decided, and the card is here.
cli-sync-renewed =
    { $count ->
        [one] One fresh copy for verifiers is here.
       *[other] { $count } fresh copies for verifiers are here.
    }
cli-sync-older-version = The authority answered with an older version than the one kept here. It was not taken.

## show

cli-show-what = This code is for: { $profile }. It shows:
cli-show-until = Good until { $time }. After that, make another one.
cli-show-status = Status: { $status }
cli-show-reused = No unused copy was left, so this code uses one that was shown before. Two verifiers who compare could notice. Run permitcard sync soon.
cli-show-time-unsure = The time rests on this machine's clock alone. If it is wrong, verifiers refuse the code.
cli-show-asked = A verifier that calls itself "{ $aud }" asks to see your card.
cli-show-asked-name = It gave itself this name, and nobody vouches for it.
cli-show-asked-what = What it would see:
cli-show-missing = Asked for, but not on the card: { $group }
cli-export-what = Signed for "{ $aud }". It shows:
cli-export-written = Written: { $path }
cli-show-frames = This code is too large for one picture: it is shown as { $count } codes in turn. Let the verifier scan until it has enough of them; it does not need all.
cli-ask-show = Show this? (yes/no)
cli-request-what = As "{ $aud }", ask a holder for what is shown to: { $profile }
cli-request-portrait = The portrait as well.
cli-request-next = Let the holder's phone read it, then scan the answer with permitcard verify until { $time }.
cli-print-title = Work permit: printed copy
cli-print-what = This is printed:
cli-print-until = It counts until { $time }, but no longer than this version of the card: print it again when sync brings a new one.
cli-print-valid-until = This copy counts until
cli-print-size = Print it in its true size: the code is { $side } mm wide. Smaller codes are hard to read.
cli-print-document-only = A document only. It proves nothing about who shows it: paper can be copied.
cli-print-check = Scan the code to check issuer and status. Compare the person with the passport. Where the holder has to be proven, ask for the live code on the phone.
cli-window-too-small = The code needs a window of { $columns } columns and { $lines } lines; this one has { $has-columns } and { $has-lines }.

## snapshot, verify

cli-snapshot-here = Snapshot { $serial } is here, issued on { $time }.
cli-snapshot-status = Status list of { $time }.
cli-snapshot-until = It counts until { $time }. From now on checking needs no network.
cli-light-issuer = Issuer
cli-light-holder = Holder
cli-light-status = Status
cli-outcome-good = good
cli-outcome-unknown = unknown
cli-outcome-bad = bad
cli-age-issuer = (trust list: { $age } old)
cli-age-holder = (code: { $age } old)
cli-age-status = (status list: { $age } old)
cli-age-beacon = (published { $age } ago)
cli-nonce-confirmed = The code carries your number: it was made for this check.
cli-seen-before = Seen first on { $time }.
cli-shown = The code shows:
cli-shown-nothing = Nothing that the code says counts, because its issuer is not proven.
cli-policy-satisfied = Enough by the policy "{ $profile }".
cli-policy-unmet = Not enough by the policy "{ $profile }":
cli-what-next = What to do next:
cli-demand-groups = The code must show
cli-demand-trust-list = Trust list
cli-demand-status-list = Status list
cli-demand-nonce = A number of yours in the code
cli-demand-beacon = Sign of the day in the code
cli-demand-unknown-status = Status not known
cli-demand-employer-change = Change of employer being decided
cli-demand-test-cards = Test card
cli-demand-age = at most { $age } old
cli-demand-any-age = not over
cli-demand-yes = needed
cli-demand-no = not needed
cli-demand-enough = enough
cli-demand-not-enough = not enough
cli-demand-sandbox = enough in a sandbox, shown as TEST
cli-verify-time-unsure = The time rests on this machine's clock alone. If it is wrong, these answers are too.

## erase

cli-erase-warning = This destroys the keys in { $path }, then deletes the card, the verifier's memory and the settings. Nothing can bring them back; you can register again.
cli-ask-erase = Erase everything? (yes/no)
cli-erase-done = Erased: first the keys, then the files. To register again: permitcard register --client FILE.
cli-erase-nothing = There was nothing to erase in { $path }.

## demo

cli-demo-title = Permit Card: the whole way, on this machine
cli-demo-nothing-is-real = Nothing here is real: invented people, a sandbox authority, and every card says TEST.
cli-demo-chapter-authority = An authority starts
cli-demo-about-authority = It makes keys of its own. Whoever trusts its root key can check its cards.
cli-demo-done-authority = It runs, with { $count } invented people in its register.
cli-demo-chapter-workers = Two workers register
cli-demo-about-workers = Step by step each shows who they are. The phone never reports a result: that goes from whoever checked to the authority.
cli-demo-name-as-sent = The name goes as the passport's lower lines have it: { $name }
cli-demo-did-consent = agreed to what the data is used for
cli-demo-did-consent-face-data = agreed to the use of face data
cli-demo-did-identity-claim = gave name, number and passport
cli-demo-did-one-time-code = typed the code that arrived
cli-demo-did-document-check = had the passport checked
cli-demo-did-face-check = had the face checked
cli-demo-did-in-person-code = showed the passport at a service window, and typed the code from there
cli-demo-other-way = That is no end: the same card can be had at a service window, with no face check.
cli-demo-done-card =
    { $count ->
        [one] The card is here, encrypted, with one signed copy to show.
       *[other] The card is here, encrypted, with { $count } signed copies to show.
    }
cli-demo-chapter-snapshots = A verifier gets ready to work without a network
cli-demo-about-snapshots = A snapshot says which keys may sign cards and which cards do not count any more.
cli-demo-done-first-snapshot = First snapshot: { $bytes } bytes.
cli-demo-done-revoked = The authority revokes the card of { $name }.
cli-demo-done-second-snapshot = Second snapshot: { $bytes } bytes.
cli-demo-chapter-offline = The authority shuts down
cli-demo-about-offline = From here on nothing is fetched.
cli-demo-done-offline = Asked once more, nobody answers ({ $code }).
cli-demo-chapter-show = { $name } shows a code
cli-demo-about-show = The phone signs it by itself. It lives for one minute and says only what an employer needs.
cli-demo-done-shown = As a picture: { $path }
cli-demo-done-shown-for-now = Also drawn as a PNG, which goes away with everything else at the end.
cli-demo-chapter-verify = The verifier reads the picture and checks it
cli-demo-about-verify = Three answers, each for itself, from the second snapshot:
cli-demo-chapter-refused = Three codes that must not pass
cli-demo-about-refused = Each is refused for a reason of its own.
cli-demo-case-forged = A forgery. Somebody copied the genuine card, put another name into it, and signed with a key of his own:
cli-demo-case-late = The same picture as before, shown { $seconds } seconds after it was made:
cli-demo-case-revoked = The code of { $name }, whose card was revoked.
cli-demo-with-first-snapshot = With the first snapshot, made before:
cli-demo-with-second-snapshot = With the second snapshot:
cli-demo-accepted = Accepted.
cli-demo-accepted-old = Still accepted. That snapshot is older than the revocation, which is why each answer says its age.
cli-demo-refused = Refused, as it should be.
cli-demo-end = The genuine code was accepted, and the three bad ones were refused.
cli-demo-kept = Everything is kept in { $path }: authority, worker-1, worker-2, verifier, pictures.
cli-demo-nothing-kept = Nothing was left behind. With --keep DIR everything stays, to look at.

## name

cli-name-unchanged = It is sent as it is in the passport; nothing is changed.
cli-name-chinese = The Chinese name { $name } is kept apart and not sent.
cli-name-same = The authority takes these for the same name, and so it does without spaces and in the other order:
cli-name-more =
    { $count ->
        [one] … and one more form.
       *[other] … and { $count } more forms.
    }
cli-name-held-same = { $name } is the same name: registration takes it.
cli-name-held-other = { $name } is another name for the authority.
cli-name-ask = What the authority may hold instead, and what to ask your employer:
cli-name-forward = To forward to your employer:
cli-mrz-good = All check digits are right.
cli-mrz-number = Document number
cli-mrz-issuer = Issued by
cli-mrz-expiry = Valid until
cli-mrz-sex = Sex
cli-mrz-corrections = With these characters all check digits would agree. Compare them with the document, then use the corrected lines:
cli-mrz-change = line { $line }, place { $place }: { $to } instead of { $from }
cli-sex-female = female
cli-sex-male = male

## number

cli-number-kind = { $kind }: { $certainty }
cli-number-wanted = What the form wants: { $kind }
cli-number-document-type = In a list of document types it is usually entry { $code }.
cli-edition-2017 = 2017, three letters and 12 digits
cli-edition-2023 = 2023, 18 characters
cli-fact-edition = Card of
cli-fact-nationality = Nationality
cli-fact-place = First issued in
cli-fact-birth = Date of birth
cli-fact-sex = Sex
cli-fact-country = Country
cli-fact-document = Made from document number
cli-fact-source = That is your document
cli-fact-replaced_by = Replaced by
