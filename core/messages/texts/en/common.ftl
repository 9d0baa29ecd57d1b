### Phrases that other texts use, and sentences that belong to no code.

-again = If it happens again, tell the people who run this app and give them the code.
-start-over = erase this app's data, then register again or, as a verifier, fetch a new snapshot.
-new-snapshot = Fetch a new snapshot with a network, then scan again.
-connect-first = Ask the holder to connect to the authority, then to show a fresh code.
-other-code = Ask the holder to show a fresh code and scan it again.
-get-again = Get the file or code again; if it stays, tell whoever made it.
-fetch-snapshot = Fetch a new snapshot from the authority.
-fetch-again = Connect to the authority to fetch it again.
-check-clock = Check the date and time of this device and try again.
-get-client-file = Get a new client file from the people who run the authority.

## Next to a failed step, where the authority tells.

tries-left =
    { $tries ->
        [0] No tries are left.
        [one] One try is left.
       *[other] { $tries } tries are left.
    }
wait-seconds =
    { $seconds ->
        [one] Wait one second before the next try.
       *[other] Wait { $seconds } seconds before the next try.
    }

## What every screen says about test cards and about people.

test-card = Test card from a sandbox. It proves nothing about a person.
    .next = Do not accept it as a work permit.
not-official = This card was issued by the authority that runs this service. It is not the state's own electronic social security card.
compare-person = The code shows that this phone holds the card. It does not show who is holding the phone.
    .next = Compare the person in front of you with the passport or with the portrait.

## A question to an employer, to be forwarded as it is.

employer-name-question = Hello. My name in the passport's machine-readable lines is { $name }. How exactly does my name stand in the work permit system? Please copy it as it is, with spaces and order.
